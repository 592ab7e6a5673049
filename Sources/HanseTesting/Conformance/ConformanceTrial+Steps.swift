import HanseModel
import HanseSystem
import HanseWire

/// The checks that run a step.
extension ConformanceTrial {
  private static let stepID: Int64 = 20
  private static let pingID: Int64 = 21

  /// The step that is tried: one asset that nothing is read for, or the one that was asked for.
  private func task() throws -> StepRequest {
    let (definitions, _) = try client.definitions()
    let found = definitions.assets.first { definition in
      if let asset { return definition.key == asset }
      return definition.dependencies.isEmpty && definition.operation == nil
        && definition.key.problem == nil
    }
    guard let found else {
      if let asset { throw Problem("it defines no asset \"\(asset)\"; see `hanse check`") }
      throw Skipped(why: "it has no asset without upstreams")
    }
    return StepRequest(
      attempt: attempt(found.key.path, 1),
      assets: [found.key],
      timeoutMilliseconds: 60_000
    )
  }

  func step() throws -> String {
    let request = try task()
    let step = request.attempt.step
    try client.send(.executeStep(id: Self.stepID, request))
    let outcome: StepOutcome = try client.result(Self.stepID)
    let events = client.events(of: request.attempt)
    switch outcome {
    case .canceled: throw Problem("canceled, and nobody has asked for that")
    case .failed(let failure):
      throw Skipped(
        why: "the step \(step) failed, so what a good one says was not seen: \(failure.message)"
      )
    case .succeeded:
      let made = events.count { event in
        if case .materialized(let value) = event {
          request.assets.contains(value.asset)
        } else {
          false
        }
      }
      guard made == request.assets.count else {
        throw Problem(
          "the step \(step) succeeded with \(made.counted("materialized event")) before the answer"
        )
      }
      return "the step \(step) succeeded with \(events.count.counted("event"))"
    }
  }

  /// Pings right behind the step: the pong has to come before the step's answer, unless that was so
  /// quick that nothing can be told from it.
  func busyPing() throws -> String {
    let request = try task()
    let start = MonotonicClock.milliseconds()
    try client.send(.executeStep(id: Self.stepID, request))
    try client.send(.ping(id: Self.pingID))
    let pong: PingResult = try client.result(Self.pingID)
    guard let ping = client.answers(to: Self.pingID).first,
      let end = client.answers(to: Self.stepID).first, end.seq < ping.seq
    else { return "\(pong.stepsInFlight.counted("step")) in flight" }
    let took = Duration.milliseconds(end.atMilliseconds - start)
    let told = "the step \(request.attempt.step) was over first, after \(took.briefDescription)"
    guard took < patience.ping else { throw Problem("\(told); the ping waited for it") }
    throw Skipped(why: "\(told); name a longer one with --asset")
  }

  func cancel() throws -> String {
    let request = try task()
    try client.send(.executeStep(id: Self.stepID, request))
    // A step that has not begun is easy to cancel: one that says something has.
    client.listen(for: request.attempt, or: Self.stepID, within: patience.ping)
    try client.send(.cancelStep(request.attempt))
    let outcome: StepOutcome = try client.result(Self.stepID, within: patience.cancel)
    try client.send(.ping(id: Self.pingID))
    // Whatever else it says of the step comes before the pong.
    _ = try client.result(Self.pingID, as: PingResult.self)
    let answers = client.answers(to: Self.stepID).count
    guard answers == 1 else { throw Problem("\(answers) answers to one step") }
    let end =
      switch outcome {
      case .canceled: "canceled"
      case .succeeded: "succeeded"
      case .failed(let failure): "failed: \(failure.message)"
      }
    guard outcome == .canceled else {
      throw Skipped(
        why: "the step \(request.attempt.step) \(end), before the cancellation reached it; "
          + "name a longer one with --asset"
      )
    }
    return "the step \(request.attempt.step) was canceled"
  }

  func unknownStep() throws -> String {
    let key = "conform/no_such_asset"
    let request = StepRequest(attempt: attempt(key, 1), assets: [AssetKey(key)])
    try client.send(.executeStep(id: Self.stepID, request))
    return try client.first("answer to the step") { body in
      switch body {
      case .error(Self.stepID, let error): return "the error \(error.code)"
      case .result(Self.stepID, let place):
        guard case .failed(let failure) = try place.read(as: StepOutcome.self) else {
          throw Problem("it did not fail")
        }
        guard failure.code == .protocol else {
          throw Problem("it failed with the code \(failure.code.rawValue)")
        }
        return "it failed: \(failure.message)"
      default: return nil
      }
    }
  }
}
