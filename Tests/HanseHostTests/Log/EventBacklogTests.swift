import HanseModel
import Testing

@testable import HanseHost

/// Who is held back when the disk is slower than the locations, and for how long.
@Suite struct EventBacklogTests {
  private typealias Key = HostLoop.ProcessKey
  private static let alpha = Key(name: "alpha", generation: Generation(1))
  private static let worker = Key(name: "alpha", generation: Generation(2))
  private static let beta = Key(name: "beta", generation: Generation(1))

  /// The backlog of two locations, with 256 KiB for each.
  private final class Ledger {
    private var backlog = EventBacklog(totalBytes: 0, locations: 2)

    var held: Set<Key> { backlog.held }
    func waitingBytes(of name: LocationName) -> Int { backlog.waitingBytes(of: name) }
    func isHeldBack(_ name: LocationName) -> Bool { backlog.isHeldBack(name) }
    func note(_ bytes: Int, of process: Key, upTo sequence: Int64) -> Bool {
      backlog.note(bytes, of: process, upTo: sequence)
    }
    func advance(to sequence: Int64) -> [Key] { backlog.advance(to: sequence) }
    func forget(_ process: Key) { backlog.forget(process) }
  }

  @Test(arguments: [
    (64 << 20, 0, 4 << 20), (64 << 20, 10, 4 << 20), (64 << 20, 32, 2 << 20),
    (64 << 20, 1000, 256 << 10), (0, 2, 256 << 10),
  ])
  func `each location has its share within two bounds`(total: Int, locations: Int, share: Int) {
    #expect(EventBacklog(totalBytes: total, locations: locations).limitBytes == share)
  }

  @Test func `one that is over its share is held back until half of it is on disk`() {
    let backlog = Ledger()
    #expect(!backlog.note(200 << 10, of: Self.alpha, upTo: 1))
    #expect(!backlog.note(200 << 10, of: Self.beta, upTo: 2))
    #expect(backlog.note(100 << 10, of: Self.alpha, upTo: 3))
    #expect(backlog.isHeldBack("alpha") && !backlog.isHeldBack("beta"))
    // Told once, and what it had sent before is counted all the same.
    #expect(!backlog.note(28 << 10, of: Self.alpha, upTo: 4))
    #expect(backlog.waitingBytes(of: "alpha") == 328 << 10)
    #expect(backlog.advance(to: 0) == [])
    #expect(backlog.advance(to: 1) == [Self.alpha])
    #expect(!backlog.isHeldBack("alpha"))
    #expect(backlog.waitingBytes(of: "alpha") == 128 << 10)
    #expect(backlog.advance(to: 4) == [])
    #expect(backlog.waitingBytes(of: "alpha") == 0 && backlog.waitingBytes(of: "beta") == 0)
  }

  @Test func `the processes of a location have one share, and only who sent is held back`() {
    let backlog = Ledger()
    #expect(!backlog.note(200 << 10, of: Self.alpha, upTo: 1))
    #expect(backlog.note(100 << 10, of: Self.worker, upTo: 2))
    #expect(backlog.held == [Self.worker])
    #expect(backlog.note(1, of: Self.alpha, upTo: 3))
    #expect(backlog.advance(to: 2) == [Self.alpha, Self.worker])
  }

  @Test func `what an ended process has sent waits all the same`() {
    let backlog = Ledger()
    #expect(backlog.note(300 << 10, of: Self.worker, upTo: 1))
    backlog.forget(Self.worker)
    #expect(!backlog.isHeldBack("alpha"))
    #expect(backlog.note(1, of: Self.alpha, upTo: 2))
    #expect(backlog.advance(to: 1) == [Self.alpha])
    #expect(backlog.waitingBytes(of: "alpha") == 1)
  }

  @Test func `a long history leaves nothing behind`() {
    let backlog = Ledger()
    for sequence in 1...100_000 {
      _ = backlog.note(1000, of: sequence % 3 == 0 ? Self.beta : Self.alpha, upTo: Int64(sequence))
      _ = backlog.advance(to: Int64(sequence - 7))
    }
    #expect(backlog.waitingBytes(of: "alpha") + backlog.waitingBytes(of: "beta") == 7000)
    #expect(backlog.held.isEmpty)
  }
}
