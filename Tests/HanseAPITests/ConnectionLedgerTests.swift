import Testing

@testable import HanseAPI

/// Which connections have to go, with a clock that the test moves.
@Suite struct ConnectionLedgerTests {
  private typealias ID = ConnectionLedger.ID
  private typealias Ending = ConnectionLedger.Ending

  private func ledger(connections: Int = 3, streams: Int = 1) -> Book {
    Book(
      ConnectionLedger.Limits(
        connections: connections,
        streams: streams,
        head: .seconds(10),
        body: .seconds(30)
      )
    )
  }

  @Test func `one too many ends the connection that has waited longest`() {
    let ledger = ledger()
    #expect(ledger.open(ID(bits: 1), at: 0) == nil)
    #expect(ledger.open(ID(bits: 2), at: 0) == nil)
    #expect(ledger.open(ID(bits: 3), at: 5) == nil)
    // A request of its own makes the first one the youngest of those who wait.
    #expect(ledger.receive(ID(bits: 1), at: 6))
    #expect(ledger.answer(ID(bits: 1), at: 6))
    ledger.wait(ID(bits: 1), at: 7)
    #expect(ledger.open(ID(bits: 4), at: 8) == Ending(id: ID(bits: 2), reason: .evicted))
    #expect(ledger.open(ID(bits: 5), at: 9) == Ending(id: ID(bits: 3), reason: .evicted))
    #expect(ledger.open(ID(bits: 6), at: 9) == Ending(id: ID(bits: 1), reason: .evicted))
  }

  @Test func `a connection that is told to go takes no further request`() {
    let ledger = ledger(connections: 1)
    _ = ledger.open(ID(bits: 1), at: 0)
    _ = ledger.open(ID(bits: 2), at: 0)
    #expect(ledger.phase(of: ID(bits: 1)) == .leaving(.evicted))
    #expect(!ledger.receive(ID(bits: 1), at: 1))
    #expect(ledger.receive(ID(bits: 2), at: 1))
  }

  @Test func `who is at work is never ended for another, and the other is told`() {
    let ledger = ledger(connections: 2)
    for number in UInt(1)...3 {
      #expect(ledger.open(ID(bits: number), at: 0) == nil)
      #expect(ledger.receive(ID(bits: number), at: 0))
      #expect(ledger.hasRoom == (number < 3))
    }
  }

  @Test func `a head that comes a byte at a time has the same time as any other`() {
    let ledger = ledger()
    _ = ledger.open(ID(bits: 1), at: 100)
    #expect(ledger.nextDeadline == 10_100)
    #expect(ledger.overdue(at: 10_099).isEmpty)
    #expect(ledger.overdue(at: 10_100) == [Ending(id: ID(bits: 1), reason: .slowHead)])
    #expect(ledger.overdue(at: 99_999).isEmpty)
    #expect(ledger.nextDeadline == nil)
  }

  @Test func `a body has a time of its own, an answer and a stream have none`() {
    let ledger = ledger()
    _ = ledger.open(ID(bits: 1), at: 0)
    #expect(ledger.receive(ID(bits: 1), at: 1000))
    #expect(ledger.nextDeadline == 31_000)
    _ = ledger.open(ID(bits: 2), at: 0)
    #expect(ledger.receive(ID(bits: 2), at: 0) && ledger.answer(ID(bits: 2), at: 0))
    _ = ledger.open(ID(bits: 3), at: 0)
    #expect(ledger.receive(ID(bits: 3), at: 0) && ledger.stream(ID(bits: 3), at: 0))
    #expect(ledger.overdue(at: 1 << 40) == [Ending(id: ID(bits: 1), reason: .slowBody)])
  }

  @Test func `streams take no place of others and have a limit of their own`() {
    let ledger = ledger(connections: 1, streams: 1)
    _ = ledger.open(ID(bits: 1), at: 0)
    #expect(ledger.receive(ID(bits: 1), at: 0) && ledger.stream(ID(bits: 1), at: 0))
    #expect(ledger.open(ID(bits: 2), at: 1) == nil)
    #expect(ledger.receive(ID(bits: 2), at: 1))
    #expect(!ledger.stream(ID(bits: 2), at: 1))
    ledger.close(ID(bits: 1))
    #expect(ledger.stream(ID(bits: 2), at: 2))
  }
}

/// A ledger that expectations can change.
private final class Book {
  private var ledger: ConnectionLedger

  init(_ limits: ConnectionLedger.Limits) { ledger = ConnectionLedger(limits) }

  var nextDeadline: UInt64? { ledger.nextDeadline }
  var hasRoom: Bool { ledger.hasRoom }

  func phase(of id: ConnectionLedger.ID) -> ConnectionLedger.Phase? { ledger.phase(of: id) }
  func open(_ id: ConnectionLedger.ID, at now: UInt64) -> ConnectionLedger.Ending? {
    ledger.open(id, at: now)
  }
  func close(_ id: ConnectionLedger.ID) { ledger.close(id) }
  func receive(_ id: ConnectionLedger.ID, at now: UInt64) -> Bool { ledger.receive(id, at: now) }
  func answer(_ id: ConnectionLedger.ID, at now: UInt64) -> Bool { ledger.answer(id, at: now) }
  func stream(_ id: ConnectionLedger.ID, at now: UInt64) -> Bool { ledger.stream(id, at: now) }
  func wait(_ id: ConnectionLedger.ID, at now: UInt64) { ledger.wait(id, at: now) }
  func overdue(at now: UInt64) -> [ConnectionLedger.Ending] { ledger.overdue(at: now) }
}
