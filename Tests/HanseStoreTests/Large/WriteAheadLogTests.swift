import HanseModel
import HanseStore
import Testing

@Suite struct WriteAheadLogTests {
  @Test func `a reader holds the write-ahead log back only as long as it reads`() throws {
    try withLog { log, reader in
      let text = String(repeating: "x", count: 1 << 20)
      let record = EventRecord(time: Samples.time(0), payload: .locationFailed(message: text))
      _ = try log.append([record])
      var failure: (any Error)?
      try reader.snapshot { () throws(EventLogError) in
        _ = try reader.lastSequence()
        do { for _ in 0..<20 { _ = try log.append([record]) } } catch { failure = error }
      }
      #expect(failure == nil)
      #expect(try log.sizes().writeAheadLogBytes > 20 << 20)
      for _ in 0..<20 { _ = try log.append([record]) }
      #expect(try log.sizes().writeAheadLogBytes < 20 << 20)
      #expect(try reader.lastSequence() == 41)
      #expect(try log.integrityProblems().isEmpty)
    }
  }

  @Test func `a write-ahead log that has grown is checkpointed by itself`() throws {
    try withLog { log, _ in
      let text = String(repeating: "x", count: 1 << 20)
      let record = EventRecord(time: Samples.time(0), payload: .locationFailed(message: text))
      for _ in 0..<40 { _ = try log.append([record]) }
      #expect(try log.sizes().writeAheadLogBytes < 20 << 20)
      #expect(try log.integrityProblems().isEmpty)
    }
  }
}
