import Hanse
import Synchronization
import Testing

struct MaterializeTests {
  static let hourly = External<[Double]>("observatory/hourly")

  static let daily = Asset("climate/daily", from: hourly) { context, hourly in
    context.addMetadata("rows", hourly.count)
    context.logger.info("averaged", ["rows": hourly.count, "station": "seattle"])
    return hourly.reduce(0, +) / Double(hourly.count)
  }

  static let monthly = Asset("climate/monthly", from: daily) { context, daily in
    "mean \(daily)"
  }

  @Test func `a team tests its assets without anything spawned`() async throws {
    let definitions = Definitions {
      Self.daily
      Self.monthly
    }
    let result = try await materialize(definitions, values: [.given(Self.hourly, [10, 14])])
    #expect(result.succeeded)
    #expect(try await result.value(of: Self.daily) == 12)
    #expect(try await result.value("climate/monthly", as: String.self) == "mean 12.0")
    #expect(result.metadata(of: Self.daily)["rows"] == .integer(2))
    #expect(
      result.logs
        == [
          LogRecord(level: .info, message: "averaged", fields: ["rows": 2, "station": "seattle"])
        ]
    )
    #expect(
      result.events.map(\.record.payload.kind) == [
        "run.created", "run.started", "step.started", "step.logged", "asset.materialized",
        "step.succeeded", "step.started", "asset.materialized", "step.succeeded", "run.finished",
      ]
    )
    #expect(result.materializations.last?.inputs.first?.sequence == 5)
  }

  @Test func `what another location owns and nobody gave is a clear failure`() async throws {
    let result = try await materialize(Self.daily)
    #expect(result.status == .failed)
    #expect(
      result.failures["climate/daily"]?.message
        == "asset \"climate/daily\" could not read upstream \"observatory/hourly\" as [Double]:"
        + " it has never been materialized (looked for observatory/hourly in memory);"
        + " materialize it first"
    )
  }

  @Test func `a value of a given asset is not made again`() async throws {
    let location = Definitions {
      Self.daily
      Self.monthly
    }
    let result = try await materialize(location, values: [.given(Self.daily, 7)])
    #expect(result.steps.map(\.key) == ["climate/monthly"])
    #expect(try await result.value(of: Self.monthly) == "mean 7.0")
  }

  @Test func `what is behind a failed step is skipped, and the rest runs`() async throws {
    let broken = Asset("broken") { context -> Int in throw PermanentError("no luck") }
    let behind = Asset("behind", from: broken) { context, broken in broken }
    let further = Asset("further", after: [behind.key]) { context in 1 }
    let other = Asset("other") { context in 2 }
    let result = try await materialize(
      Definitions {
        broken
        behind
        further
        other
      }
    )
    #expect(result.status == .failed)
    let statuses = [broken.key, behind.key, further.key, other.key].map { result.status(of: $0) }
    #expect(statuses == [.failed, .skipped, .skipped, .succeeded])
    #expect(
      throws: MaterializeError(["step \"broken\" failed: no luck"]),
      performing: { try result.requireSuccess() }
    )
  }

  @Test func `a failed blocking check stops what is downstream of its asset`() async throws {
    let made = Asset("made") { context in 1 }
    let behind = Asset("behind", from: made) { context, made in made }
    let result = try await materialize(
      Definitions {
        made
        behind
        Check("even", on: made, blocking: true) { context, made in
          made % 2 == 0 ? .passed() : .failed("\(made) is odd")
        }
      }
    )
    #expect(result.status(of: made) == .succeeded)
    #expect(result.status(of: behind) == .skipped)
    #expect(result.check("even", on: made)?.description == "1 is odd")
    #expect(result.failures["made:even"]?.code == .checkFailed)
  }

  @Test(arguments: [(CheckSeverity.warning, true), (.error, false)])
  func `a check that does not stop anything leaves the run good`(
    severity: CheckSeverity,
    blocking: Bool
  ) async throws {
    let made = Asset("made") { context in 1 }
    let behind = Asset("behind", from: made) { context, made in made }
    let result = try await materialize(
      Definitions {
        made
        behind
        Check("even", on: made, severity: severity, blocking: blocking) { context, made in
          .failed("\(made) is odd")
        }
      }
    )
    #expect(result.succeeded)
    #expect(result.checks.map(\.passed) == [false])
    #expect(result.status(of: behind) == .succeeded)
  }

  @Test func `a step is tried again with the delays of its policy`() async throws {
    let delays = Told<Duration>()
    let flaky = Asset("flaky") { context in
      if context.attempt < 3 { throw FeedError.busy }
      return context.attempt
    }
    .retry(maxRetries: 3, delay: .seconds(1), backoff: .exponential)
    let result = try await materialize(flaky, pause: { delays.append($0) })
    #expect(result.succeeded)
    #expect(delays.all == [.seconds(1), .seconds(2)])
    #expect(result.steps.map(\.attempts) == [3])
    #expect(try await result.value(of: flaky) == 3)
  }

  @Test func `a step without retries left fails with its last error`() async throws {
    let flaky = Asset("flaky") { context -> Int in throw FeedError.busy }
      .retry(maxRetries: 2)
    let result = try await materialize(flaky)
    #expect(result.steps.map(\.attempts) == [3])
    #expect(result.failures["flaky"]?.message == "busy")
  }

  @Test func `a permanent error is not tried again`() async throws {
    let hopeless = Asset("hopeless") { context -> Int in throw PermanentError("gone") }
      .retry(maxRetries: 5)
    let result = try await materialize(hopeless)
    #expect(result.steps.map(\.attempts) == [1])
  }

  @Test(.timeLimit(.minutes(10)))
  func `a body that takes longer than its timeout is canceled`() async throws {
    let endless = Asset("endless") { context -> Int in
      try await Gate().wait()
      return 1
    }
    .timeout(.milliseconds(10))
    let result = try await materialize(endless)
    #expect(result.failures["endless"]?.code == .timedOut)
    #expect(result.failures["endless"]?.message == "took longer than its timeout of 10ms")
  }

  @Test(.timeLimit(.minutes(10)))
  func `a run ends when its task is canceled`() async throws {
    let started = Gate()
    let endless = Asset("endless") { context -> Int in
      started.open()
      try await Gate().wait()
      return 1
    }
    let behind = Asset("behind", from: endless) { context, endless in endless }
    let run = Task {
      try await materialize(
        Definitions {
          endless
          behind
        }
      )
    }
    try await started.wait()
    run.cancel()
    let result = try await run.value
    #expect(result.status == .canceled)
    #expect(result.steps.map(\.status) == [.canceled, .canceled])
  }

  @Test(.timeLimit(.minutes(10)))
  func `steps that do not depend on each other run at once`() async throws {
    let gates = [Gate(), Gate()]
    let definitions = Definitions {
      for index in 0..<2 {
        Asset("part\(index)") { context in
          gates[index].open()
          try await gates[1 - index].wait()
          return index
        }
      }
    }
    #expect(try await materialize(definitions).succeeded)
  }

  @Test func `a partition is read where the upstream has it`() async throws {
    let day = Asset("day") { context in context.partition?.text ?? "" }
    let whole = External<String>("names")
    let report = Asset("report", from: day, whole) { context, day, whole in day + whole }
    let result = try await materialize(
      Definitions {
        day
        report
      },
      partition: "2010-07-04",
      values: [.given(whole, " in Seattle")]
    )
    #expect(try await result.value(of: report) == "2010-07-04 in Seattle")
    #expect(result.materializations.map(\.partition) == ["2010-07-04", "2010-07-04"])
  }

  @Test func `an upstream's latest materialization is known to the body`() async throws {
    let source = Asset("source") { context in
      context.dataVersion("v1")
      return 1
    }
    let reader = Asset("reader", after: [source.key]) { context in
      context.upstream(source)?.dataVersion ?? "none"
    }
    let result = try await materialize(
      Definitions {
        source
        reader
      }
    )
    #expect(try await result.value(of: reader) == "v1")
  }

  @Test func `a selection of nothing is an error before anything runs`() async throws {
    let error = await #expect(throws: MaterializeError.self) {
      try await materialize(Self.daily, selection: "climate/dayly")
    }
    #expect(
      error?.description == """
        selection: no asset matches "climate/dayly"; did you mean "climate/daily"?
          climate/dayly
          ^
        """
    )
  }

  @Test func `a value that the run did not make says why`() async throws {
    let result = try await materialize(Self.daily)
    let error = await #expect(throws: MaterializeError.self) {
      try await result.value(of: Self.monthly)
    }
    #expect(
      error?.description
        == "asset \"climate/monthly\" has no value as String: the run did not hold it"
    )
  }

  enum FeedError: Error { case busy }
}
