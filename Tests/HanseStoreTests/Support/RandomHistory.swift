import HanseModel

/// Events as a host could write them, and some that it never would, drawn from a seed.
struct RandomHistory {
  private var random: SeededGenerator
  private let runs: [RunID] = ["r0", "r1", "r2", "r3"]
  private let keys: [StepKey] = ["a", "b", "c/d", "e:check", "ü"]
  private let partitions: [PartitionKey?] = [nil, nil, "", "mon", "tue"]

  init(_ random: SeededGenerator) { self.random = random }

  /// Up to `limit` groups of events, each to be one transaction.
  mutating func groups(count: Int) -> [[EventRecord]] {
    var clock: Int64 = 0
    return (0..<count).map { _ in
      (0..<Int.random(in: 1...12, using: &random)).map { _ in
        clock += Int64.random(in: 0...5, using: &random)
        return record(at: clock)
      }
    }
  }

  private mutating func record(at milliseconds: Int64) -> EventRecord {
    EventRecord(
      time: Samples.time(milliseconds),
      location: Bool.random(using: &random) ? pick(["climate", "forecast"]) : nil,
      generation: Bool.random(using: &random)
        ? Generation(Int.random(in: 0...4, using: &random)) : nil,
      run: Int.random(in: 0..<20, using: &random) == 0 ? nil : pick(runs),
      step: pick(keys),
      attempt: pick([nil, 1, 1, 2, 3]),
      partition: pick(partitions),
      payload: payload()
    )
  }

  private mutating func payload() -> EventPayload {
    let failure = StepFailure(pick(StepFailure.Code.allCases), message: "no")
    switch Int.random(in: 0..<16, using: &random) {
    case 0:
      let steps = keys.shuffled(using: &random).prefix(Int.random(in: 0...5, using: &random))
      return .runCreated(
        .init(request: RunRequest(selection: "*"), plan: Samples.plan(Array(steps)))
      )
    case 1: return .runStarted
    case 2: return .runCanceling(forced: false)
    case 3:
      // Seldom, so that runs live long enough; now and then with a status that ends nothing.
      guard Int.random(in: 0..<4, using: &random) == 0 else { return .hostStopped }
      return .runFinished(status: pick(RunStatus.allCases), message: pick([nil, "done"]))
    case 4, 5, 6: return .stepStarted(queuedMilliseconds: 3)
    case 7: return .stepSucceeded(durationMilliseconds: 8)
    case 8: return .stepFailed(failure, retryInMilliseconds: 5)
    case 9: return .stepFailed(failure, retryInMilliseconds: nil)
    case 10: return .stepSkipped(because: "a")
    case 11: return .stepCanceled(message: "by hand")
    case 12, 13:
      return .materialized(
        Materialization(asset: pick(["a", "b", "c/d"]), partition: pick(partitions))
      )
    case 14:
      return .checked(
        CheckResult(name: pick(["x", "y"]), asset: pick(["a", "b"]), passed: pick([true, false]))
      )
    default: return pick(Samples.payloads)
    }
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &random)]
  }
}
