import HanseModel
import HanseSystem
import HanseWire

/// Runs a plan's steps in this process.
struct InProcessRun: Sendable {
  let runtime: LocationRuntime
  let recorder: RunRecorder
  let request: RunRequest
  let plan: RunPlan
  let concurrentSteps: Int
  let pause: @Sendable (Duration) async throws -> Void

  private typealias End = (position: Int, result: MaterializeResult.Step)

  func run() async -> (RunStatus, [MaterializeResult.Step]) {
    recorder.record(.runCreated(.init(request: request, plan: plan)))
    recorder.record(.runStarted)
    var progress = InProcessProgress(plan)
    await withTaskGroup(of: End.self) { group in
      var running = 0
      while true {
        while running < concurrentSteps, !Task.isCancelled, let position = progress.takeReady() {
          group.addTask { (position, await runStep(plan.steps[position])) }
          running += 1
        }
        guard let end = await group.next() else { break }
        running -= 1
        for skipped in progress.finish(end.position, end.result) {
          let payload = EventPayload.stepSkipped(because: plan.steps[end.position].key)
          recorder.record(payload, step: plan.steps[skipped].key, partition: request.partition)
        }
      }
    }
    let status = progress.conclude(isCanceled: Task.isCancelled)
    recorder.record(.runFinished(status: status, message: nil))
    return (status, progress.results)
  }

  /// Tries a step until it succeeds or may not be tried again.
  private func runStep(_ step: PlannedStep) async -> MaterializeResult.Step {
    var attempt = 1
    while true {
      recorder.record(
        .stepStarted(queuedMilliseconds: 0),
        step: step.key,
        attempt: attempt,
        partition: request.partition
      )
      let start = MonotonicClock.milliseconds()
      let outcome = await tried(step, attempt)
      let duration = Int64(MonotonicClock.milliseconds() - start)
      func ended(
        _ status: StepStatus,
        _ payload: EventPayload,
        _ failure: StepFailure? = nil
      )
        -> MaterializeResult.Step
      {
        note(payload, step, attempt)
        return MaterializeResult.Step(
          key: step.key,
          assets: step.assets,
          check: step.check,
          status: status,
          attempts: attempt,
          failure: failure
        )
      }
      switch outcome {
      case .succeeded:
        return ended(.succeeded, .stepSucceeded(durationMilliseconds: duration))
      case .canceled:
        return ended(.canceled, .stepCanceled(message: "the run was canceled"))
      case .failed(let failure):
        guard failure.isRetryable, attempt <= step.retry.maxRetries, !Task.isCancelled else {
          return ended(.failed, .stepFailed(failure, retryInMilliseconds: nil), failure)
        }
        let random = Double(Random.uint64() >> 11) / Double(1 << 53)
        let delay = step.retry.delay(beforeRetry: attempt, random: random)
        note(
          .stepFailed(failure, retryInMilliseconds: delay.wholeMilliseconds),
          step,
          attempt
        )
        do {
          try await pause(delay)
        } catch {
          return ended(.canceled, .stepCanceled(message: "the run was canceled"))
        }
        attempt += 1
      }
    }
  }

  private func note(_ payload: EventPayload, _ step: PlannedStep, _ attempt: Int) {
    recorder.record(payload, step: step.key, attempt: attempt, partition: request.partition)
  }

  /// Runs one attempt within the step's timeout.
  private func tried(_ step: PlannedStep, _ attempt: Int) async -> StepOutcome {
    guard let milliseconds = step.timeoutMilliseconds else { return await execute(step, attempt) }
    let limit = Duration.milliseconds(milliseconds)
    return await withTaskGroup(of: StepOutcome?.self) { group in
      group.addTask { await execute(step, attempt) }
      group.addTask {
        do { try await Task.sleep(for: limit) } catch { return nil }
        return nil
      }
      let first = await group.next() ?? nil
      let isTimedOut = first == nil && !Task.isCancelled
      group.cancelAll()
      if let first { return first }
      // What the body has stored by now counts, however late it is.
      let outcome = (await group.next() ?? nil) ?? .canceled
      guard isTimedOut, outcome != .succeeded else { return outcome }
      let message = "took longer than its timeout of \(limit.briefDescription)"
      return .failed(StepFailure(.timedOut, message: message))
    }
  }

  private func execute(_ step: PlannedStep, _ attempt: Int) async -> StepOutcome {
    let stepRequest = StepRequest(
      attempt: AttemptID(
        run: recorder.runID,
        step: step.key,
        attempt: attempt,
        epoch: HostEpoch(0)
      ),
      assets: step.assets,
      check: step.check,
      partition: request.partition,
      config: step.config,
      tags: request.tags,
      timeoutMilliseconds: step.timeoutMilliseconds,
      upstream: recorder.records(of: runtime.upstream(of: step))
    )
    return await runtime.execute(stepRequest) { event in
      recorder.hear(event, step: step.key, attempt: attempt, partition: request.partition)
    }
  }
}
