import HanseModel
import HanseStore
import Testing

@Suite struct RunProjectionTests {
  @Test func `a run and its steps follow their events`() throws {
    try withLog { log, reader in
      _ = try log.append([Samples.created("7k3", ["b", "a", "c", "d"], at: 1)])
      #expect(try reader.steps(of: "7k3").map(\.key) == ["b", "a", "c", "d"])
      #expect(try reader.runs().map(\.status) == [.queued])

      let failure = StepFailure(.lost, message: "exit status 1")
      _ = try log.append([
        Samples.run("7k3", .runStarted, at: 2),
        Samples.step("7k3", "b", .stepStarted(queuedMilliseconds: 4), at: 3),
        Samples.step("7k3", "b", .stepFailed(failure, retryInMilliseconds: 10), at: 4),
        Samples.step("7k3", "a", .stepStarted(queuedMilliseconds: 0), at: 4),
      ])
      #expect(try reader.runs().first?.counts == StepCounts(waiting: 2, running: 1, retrying: 1))
      #expect(try reader.steps(of: "7k3").first?.failure == failure)

      _ = try log.append([
        Samples.step("7k3", "b", attempt: 2, .stepStarted(queuedMilliseconds: 6), at: 14),
        Samples.step("7k3", "b", attempt: 2, .stepSucceeded(durationMilliseconds: 5), at: 20),
        Samples.step("7k3", "a", .stepFailed(failure, retryInMilliseconds: nil), at: 21),
        Samples.step("7k3", "c", .stepSkipped(because: "a"), at: 22),
        Samples.step("7k3", "d", .stepCanceled(message: "by hand"), at: 23),
        Samples.run("7k3", .runFinished(status: .failed, message: "1 failed"), at: 24),
      ])
      let run = try #require(try reader.runs().first)
      #expect(run.status == .failed)
      #expect(run.counts == StepCounts(succeeded: 1, failed: 1, skipped: 1, canceled: 1))
      #expect([run.created, run.started, run.finished] == [1, 2, 24].map { Samples.time($0) })
      #expect(run.message == "1 failed")
      let steps = try reader.steps(of: "7k3")
      #expect(steps.map(\.status) == [.succeeded, .failed, .skipped, .canceled])
      #expect(steps[0].attempts == 2)
      #expect(steps[0].generation == Generation(3))
      #expect(steps[0].queuedMilliseconds == 6)
      #expect(steps[0].firstStarted == Samples.time(3))
      #expect(steps[0].lastStarted == Samples.time(14))
      #expect(steps[0].finished == Samples.time(20))
      #expect(steps[0].durationMilliseconds == 5)
      #expect(steps[0].failure == nil)
      #expect(steps[1].failure == failure)
      #expect(steps[2].skippedBecause == "a")
      #expect(steps[3].message == "by hand")
    }
  }

  @Test func `news of an older attempt or of a finished step changes nothing`() throws {
    try withLog { log, reader in
      _ = try log.append([
        Samples.created("r", ["a", "b"]),
        Samples.step("r", "a", attempt: 2, .stepStarted(queuedMilliseconds: 0)),
        Samples.step("r", "a", attempt: 1, .stepSucceeded(durationMilliseconds: 1)),
        Samples.step("r", "b", .stepSucceeded(durationMilliseconds: 1)),
        Samples.step("r", "b", attempt: 2, .stepStarted(queuedMilliseconds: 0)),
      ])
      #expect(try reader.steps(of: "r").map(\.status) == [.running, .succeeded])
      #expect(try reader.runs().first?.counts == StepCounts(running: 1, succeeded: 1))
    }
  }

  @Test func `a second creation of a run and events of unknown runs change nothing`() throws {
    try withLog { log, reader in
      _ = try log.append([
        Samples.created("r", ["a"]),
        Samples.created("r", ["b", "c"]),
        Samples.step("nobody", "a", .stepStarted(queuedMilliseconds: 0)),
        Samples.run("nobody", .runStarted),
        Samples.step("r", "nothing", .stepStarted(queuedMilliseconds: 0)),
      ])
      #expect(try reader.runs().map(\.id) == ["r"])
      #expect(try reader.steps(of: "r").map(\.key) == ["a"])
    }
  }

  @Test func `a plan that names a step twice keeps the first`() throws {
    try withLog { log, reader in
      _ = try log.append([Samples.created("r", ["a", "b", "a"])])
      #expect(try reader.steps(of: "r").map(\.position) == [0, 1])
      #expect(try reader.runs().first?.counts.total == 2)
    }
  }

  @Test func `a plan is read as it was written`() throws {
    try withLog { log, reader in
      let record = Samples.created("r", ["a", "b"])
      _ = try log.append([record])
      #expect(try reader.plan(of: "r").map { EventPayload.runCreated($0) } == record.payload)
      #expect(try reader.plan(of: "x") == nil)
    }
  }

  @Test func `the beginning of a run's id finds it when no other run shares it`() throws {
    try withLog { log, reader in
      _ = try log.append(["7k3a", "7k3b", "9zz", "9zzz"].map { Samples.created($0, []) })
      func found(_ prefix: String) throws -> [RunID] {
        switch try reader.run(matching: prefix) {
        case .one(let run): [run.id]
        case .none: []
        case .ambiguous(let ids): ids
        }
      }
      #expect(try found("7k3a") == ["7k3a"])
      #expect(try found("7k3") == ["7k3a", "7k3b"])
      #expect(try found("9zz") == ["9zz"])
      #expect(try found("8") == [])
      #expect(try found("") == ["7k3a", "7k3b", "9zz", "9zzz"])
      #expect(try found("%") == [])
    }
  }

  @Test func `runs are listed newest first, by status, in pages`() throws {
    try withLog { log, reader in
      for number in 0..<7 {
        let id = RunID("r\(number)")
        _ = try log.append([Samples.created(id, []), Samples.run(id, .runStarted)])
        if number % 2 == 0 {
          _ = try log.append([Samples.run(id, .runFinished(status: .succeeded, message: nil))])
        }
      }
      func ids(_ filter: RunFilter) throws -> [String] { try reader.runs(filter).map(\.id.text) }
      #expect(try ids(RunFilter(limit: 3)) == ["r6", "r5", "r4"])
      let last = try reader.runs(RunFilter(limit: 3)).last?.createdSequence
      #expect(try ids(RunFilter(limit: 9, before: last)) == ["r3", "r2", "r1", "r0"])
      #expect(try ids(RunFilter(statuses: [.running])) == ["r5", "r3", "r1"])
      #expect(try ids(RunFilter(statuses: [.running, .succeeded], limit: 2)) == ["r6", "r5"])
      #expect(try ids(RunFilter(statuses: [.canceled])) == [])
      #expect(try log.unfinishedRuns().map(\.id) == ["r1", "r3", "r5"])
      #expect(try reader.unfinishedRuns() == log.unfinishedRuns())
    }
  }

  @Test func `attempts tell when, where and how each ended`() throws {
    try withLog { log, reader in
      let failure = StepFailure(.failed, message: "no")
      _ = try log.append([
        Samples.created("r", ["a", "b"]),
        Samples.step("r", "a", .stepStarted(queuedMilliseconds: 1), at: 1),
        Samples.step("r", "b", .stepStarted(queuedMilliseconds: 1), at: 1),
        Samples.step("r", "a", .stepFailed(failure, retryInMilliseconds: 7), at: 2),
        Samples.step("r", "a", attempt: 2, .stepStarted(queuedMilliseconds: 2), at: 9),
      ])
      let attempts = try reader.attempts(of: "a", in: "r")
      #expect(attempts.map(\.attempt) == [1, 2])
      #expect(attempts.map(\.status) == [.failed, .running])
      #expect(attempts.map(\.started) == [Samples.time(1), Samples.time(9)])
      #expect(attempts.map(\.finished) == [Samples.time(2), nil])
      #expect(attempts[0].failure == failure)
      #expect(attempts[0].retryInMilliseconds == 7)
      #expect(attempts[1].queuedMilliseconds == 2)
      #expect(attempts[1].location == "climate")
    }
  }
}
