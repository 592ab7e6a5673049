import HanseModel
import HanseStore
import Testing

/// Attempts of whole runs are read from the steps' rows where these say it all; nothing may differ
/// from what the events say.
@Suite struct AttemptProjectionTests {
  /// The history of one step, as a host writes it: each attempt is started, ended, and maybe retried.
  private func history(
    of step: StepKey,
    _ random: inout SeededGenerator
  ) -> [EventRecord] {
    var records: [EventRecord] = []
    func note(_ payload: EventPayload, attempt: Int?, _ random: inout SeededGenerator) {
      var record = EventRecord(
        time: Samples.time(0),
        location: "climate",
        run: "r",
        step: step,
        attempt: attempt,
        payload: payload
      )
      if attempt != nil { record.generation = Generation(Int.random(in: 1...3, using: &random)) }
      records.append(record)
    }
    let failure = StepFailure(.failed, message: "no")
    for attempt in 1...3 {
      guard Int.random(in: 0..<8, using: &random) > 0 else { break }
      note(.stepStarted(queuedMilliseconds: Int64(attempt)), attempt: attempt, &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return records  // It still runs.
      case 1:
        note(.stepFailed(failure, retryInMilliseconds: nil), attempt: attempt, &random)
        return records
      case 2:
        note(.stepCanceled(message: "by hand"), attempt: attempt, &random)
        return records
      case 3, 4: note(.stepFailed(failure, retryInMilliseconds: 5), attempt: attempt, &random)
      default:
        note(.stepSucceeded(durationMilliseconds: 8), attempt: attempt, &random)
        return records
      }
    }
    // While it waits for its next attempt it may be skipped, canceled or given up.
    switch Int.random(in: 0..<4, using: &random) {
    case 0: note(.stepSkipped(because: "a"), attempt: nil, &random)
    case 1: note(.stepCanceled(message: "by hand"), attempt: nil, &random)
    case 2: note(.stepFailed(failure, retryInMilliseconds: nil), attempt: nil, &random)
    default: break
    }
    return records
  }

  @Test func `the attempts of a run are those that its events tell`() throws {
    var random = SeededGenerator.announced(for: "attempts")
    var outlines: Set<[StepStatus]> = []
    for _ in 0..<40 {
      let keys = (0..<12).map { StepKey("s\($0)") }
      var waiting = keys.map { history(of: $0, &random)[...] }
      var records = [Samples.created("r", keys)]
      while let next = waiting.indices.filter({ !waiting[$0].isEmpty }).randomElement(
        using: &random
      ) {
        guard var record = waiting[next].popFirst() else { break }
        record.time = Samples.time(Int64(records.count))
        records.append(record)
      }
      try withLog { log, reader in
        _ = try log.append(records)
        let steps = try reader.steps(of: "r")
        let attempts = try reader.attempts(of: "r", steps: steps)
        for step in steps {
          let told = try reader.attempts(of: step.key, in: "r")
          #expect(attempts[step.key] ?? [] == told, "\(step)")
          outlines.insert(told.map(\.status))
        }
      }
    }
    // Seven kinds of histories at least, or the seed has shown nothing.
    #expect(outlines.count >= 7, "\(outlines)")
  }

  @Test func `events are handed on one by one, without the kinds that nobody wants`() throws {
    try withLog { log, reader in
      let all: [EventPayload] = [
        .stepStarted(queuedMilliseconds: 1),
        .logged(LogRecord(level: .info, message: "m")),
        .materialized(Materialization(asset: "a")),
        .stepSucceeded(durationMilliseconds: 1),
      ]
      _ = try log.append(
        [Samples.created("r", ["a"])]
          + all.map {
            EventRecord(
              time: Samples.time(1),
              location: "climate",
              run: "r",
              step: "a",
              attempt: 1,
              payload: $0
            )
          }
      )
      var kinds: [String] = []
      let filter = EventFilter(run: "r", excludedKinds: ["step.logged", "asset.materialized"])
      try reader.forEachEvent(after: 1, filter: filter) { kinds.append($0.record.payload.kind) }
      #expect(kinds == ["step.started", "step.succeeded"])
    }
  }
}
