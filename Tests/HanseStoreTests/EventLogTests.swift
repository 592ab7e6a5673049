import HanseModel
import HanseStore
import Testing

@Suite struct EventLogTests {
  @Test(arguments: Samples.payloads.indices)
  func `every kind of event comes back as it was written`(index: Int) throws {
    let record = EventRecord(
      time: Samples.time(1),
      location: "climate",
      generation: Generation(2),
      run: "7k3",
      step: "a/x",
      attempt: 2,
      partition: "2010-07-04",
      payload: Samples.payloads[index]
    )
    try withLog { log, reader in
      let first = try log.append([record])
      #expect(first == 1)
      #expect(try reader.events(after: 0, limit: 10) == [Event(sequence: 1, record: record)])
      #expect(try reader.event(sequence: 1)?.record == record)
      #expect(try reader.event(sequence: 2) == nil)
    }
  }

  @Test func `an event that names nothing comes back with nothing`() throws {
    let record = EventRecord(time: Samples.time(0), payload: .hostStopped)
    try withLog { log, reader in
      _ = try log.append([record])
      #expect(try reader.events(after: 0, limit: 1).map(\.record) == [record])
    }
  }

  @Test func `many events are one transaction`() throws {
    try withLog { log, reader in
      let before = log.commits
      let first = try log.append(Samples.payloads.map { .init(time: Samples.time(0), payload: $0) })
      #expect(log.commits == before + 1)
      #expect(first == 1)
      #expect(log.lastSequence == Int64(Samples.payloads.count))
      #expect(try reader.lastSequence() == log.lastSequence)
    }
  }

  @Test func `appending nothing writes nothing`() throws {
    try withLog { log, reader in
      let before = log.commits
      let next = try log.append([])
      #expect(next == 1)
      #expect(log.commits == before)
      #expect(try reader.lastSequence() == 0)
    }
  }

  @Test func `sequence numbers go on after the log is opened again`() throws {
    let record = EventRecord(time: Samples.time(0), payload: .hostStopped)
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      _ = try log.append([record, record])
      log.close()
      let again = try EventLog.open(path: path)
      #expect(try again.append([record]) == 3)
    }
  }

  @Test func `the writer waits for the disk and uses a write-ahead log`() throws {
    try withLog { log, _ in
      let (journal, synchronous) = try log.withDatabase { database throws(EventLogError) in
        (try database.journalMode(), try database.synchronousMode())
      }
      #expect(journal == "wal")
      #expect(synchronous == 2)
      #expect(try log.integrityProblems().isEmpty)
      #expect(try log.schemaVersion() == Schema.version)
    }
  }

  @Test func `each start of the host has the next epoch`() throws {
    try withTemporaryPath { path in
      for expected in 1...3 {
        let log = try EventLog.open(path: path)
        #expect(try log.beginEpoch(at: Samples.time(0)) == HostEpoch(expected))
        log.close()
      }
    }
  }

  @Test func `the highest generation of each location is known after a restart`() throws {
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      let numbers = [("a", 2), ("b", 1), ("a", 5), ("a", 4)]
      for (name, number) in numbers {
        _ = try log.append([
          EventRecord(
            time: Samples.time(0),
            location: LocationName(name),
            generation: Generation(number),
            payload: .locationStarting(processID: 1)
          )
        ])
      }
      log.close()
      let again = try EventLog.open(path: path)
      #expect(try again.lastGenerations() == ["a": Generation(5), "b": Generation(1)])
    }
  }

  @Test func `a checkpoint empties the write-ahead log into the file`() throws {
    try withLog { log, reader in
      _ = try log.append([Samples.materialized("a/x")])
      #expect(try log.sizes().writeAheadLogBytes > 0)
      try log.checkpoint()
      #expect(try log.sizes().writeAheadLogBytes == 0)
      #expect(try log.sizes().fileBytes > 0)
      #expect(try reader.lastSequence() == 1)
    }
  }
}
