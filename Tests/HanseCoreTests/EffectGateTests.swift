import HanseCore
import HanseModel
import Testing

/// What may be seen, and when.
@Suite struct EffectGateTests {
  private func event(_ sequence: Int64) -> ControlPlane.Effect {
    let record = EventRecord(time: Timestamp(milliseconds: 0), payload: .hostStopped)
    return .record(Event(sequence: sequence, record: record))
  }

  private func ticket(_ effect: ControlPlane.Effect?) -> Int? {
    if case .canceled(let ticket, _) = effect { ticket } else { nil }
  }

  @Test func `what can be seen waits until the events before it are on disk`() {
    var gate = EffectGate(durable: 4)
    let before = gate.admit(.canceled(ticket: 1, isKnown: true))
    let recorded = gate.admit(event(5))
    let after = gate.admit(.canceled(ticket: 2, isKnown: true))
    let kill = gate.admit(.kill("a", Generation(1)))
    #expect(before && recorded && kill)
    #expect(!after)
    #expect(gate.release() == nil)
    gate.advance(to: 5)
    #expect(ticket(gate.release()) == 2)
    #expect(gate.release() == nil)
    #expect(gate.isEmpty)
  }

  @Test func `what was held back comes out in its order, and nothing overtakes it`() {
    var gate = EffectGate(durable: 0)
    var admitted: [Bool] = []
    for sequence in 1...3 {
      admitted.append(gate.admit(event(Int64(sequence))))
      admitted.append(gate.admit(.canceled(ticket: sequence, isKnown: true)))
    }
    #expect(admitted == [true, false, true, false, true, false])
    gate.advance(to: 3)
    #expect(ticket(gate.release()) == 1)
    let overtaking = gate.admit(.canceled(ticket: 4, isKnown: true))
    #expect(!overtaking)
    #expect([2, 3, 4] == (0..<3).compactMap { _ in ticket(gate.release()) })
  }
}
