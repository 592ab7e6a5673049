import HanseCore
import HanseModel
import Testing

@testable import HanseHost

/// What is told only once the log before it is written.
@Suite struct LogGateTests {
  private func entry(_ place: Int, bytes: Int = 0, deadline: HostInstant? = nil) -> LogGate.Entry {
    LogGate.Entry(inputs: [.tick], place: place, bytes: bytes, deadline: deadline)
  }

  private static let start = HostInstant(nanoseconds: 0)

  @Test func `what is written goes, in order, and what is behind it stays`() {
    var gate = LogGate()
    for place in [10, 20, 15, 30] { gate.add(entry(place, bytes: place), of: "alpha") }
    gate.add(entry(1), of: "beta")
    #expect(gate.nextPlace(of: "alpha") == 10 && gate.waitingBytes(of: "alpha") == 75)
    #expect(gate.release("alpha", isWritten: { $0 <= 9 }, at: Self.start).isEmpty)
    // The third is written too, but nothing overtakes the second.
    let first = gate.release("alpha", isWritten: { $0 <= 15 }, at: Self.start)
    #expect(first.map(\.place) == [10])
    let more = gate.release("alpha", isWritten: { $0 <= 20 }, at: Self.start)
    #expect(more.map(\.place) == [20, 15])
    #expect(gate.locations == ["alpha", "beta"] && gate.waitingBytes(of: "alpha") == 30)
    #expect(gate.release("gamma", isWritten: { _ in true }, at: Self.start).isEmpty)
  }

  @Test func `the end of a process takes what came before it along when its time is over`() {
    var gate = LogGate()
    let later = Self.start + .seconds(1)
    gate.add(entry(10), of: "alpha")
    gate.add(entry(20, deadline: later), of: "alpha")
    gate.add(entry(30), of: "alpha")
    #expect(gate.nextDeadline == later)
    #expect(gate.release("alpha", isWritten: { _ in false }, at: Self.start).isEmpty)
    let told = gate.release("alpha", isWritten: { _ in false }, at: later)
    #expect(told.map(\.place) == [10, 20])
    #expect(gate.nextDeadline == nil && gate.nextPlace(of: "alpha") == 30)
    #expect(gate.release("alpha", isWritten: { _ in true }, at: later).map(\.place) == [30])
    #expect(gate.locations.isEmpty)
  }
}
