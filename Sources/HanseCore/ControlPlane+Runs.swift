import HanseGraph
import HanseModel

/// What is asked of runs, and what their steps say.
extension ControlPlane {
  mutating func report(
    _ payload: EventPayload,
    by attempt: AttemptID,
    from name: LocationName,
    _ generation: Generation
  ) {
    if let actions = runs.report(payload, by: attempt, from: name, generation, moment) {
      perform(actions)
    } else {
      locations[name]?.ignored.note(.foreignEvents)
      let refusal = runs.refusal(of: payload, by: attempt, from: name, generation)
      if let told = locations[name]?.refusedReports.note(refusal, at: moment.now) {
        record(name, generation, told)
        emit(.publish)
      }
    }
  }

  mutating func answer(
    _ outcome: RunCoordinator.Outcome,
    to attempt: AttemptID,
    from name: LocationName,
    _ generation: Generation
  ) {
    // While stopping, only a success is news: the others were made by the stop itself.
    if isStopping, outcome != .succeeded { return }
    guard runs.isInFlight(attempt, at: name, generation) else {
      locations[name]?.ignored.note(.lateAnswers)
      return
    }
    perform(runs.answer(outcome, to: attempt, from: name, generation, moment))
  }

  mutating func cancel(_ run: RunID, forced: Bool, by principal: Principal?, _ ticket: Int) {
    let isKnown = runs.runs[run] != nil
    // After the host's last event there is none; the next host goes on with the run.
    if !isStopped { perform(runs.cancel(run, forced: forced, by: principal, moment)) }
    emit(.canceled(ticket: ticket, isKnown: isKnown))
  }

  mutating func take(_ order: QueueOrder, _ ticket: Int) {
    do throws(OrderRefusal) {
      // After the host's last event there is none.
      if isStopping { throw OrderRefusal(.stopping, "the host is stopping") }
      let (actions, outcome) = try runs.take(order, moment)
      perform(actions)
      // What is shown of locations has their limits.
      emit(.publish)
      emit(.ordered(ticket: ticket, .success(outcome)))
    } catch {
      emit(.ordered(ticket: ticket, .failure(error)))
    }
  }

  mutating func launch(_ creation: EventPayload.RunCreation, _ ticket: Int) {
    guard !isStopping else {
      return emit(.launchRefused(ticket: ticket, .stopping))
    }
    if let reason = runs.refusal(of: creation) {
      return emit(.launchRefused(ticket: ticket, .queueIsFull(reason)))
    }
    var creation = creation
    for index in creation.plan.steps.indices
    where creation.plan.steps[index].timeoutMilliseconds == nil {
      let settings = locations[creation.plan.steps[index].location]?.settings
      creation.plan.steps[index].timeoutMilliseconds = settings?.stepTimeoutMilliseconds
    }
    let id = RunID(random: number())
    perform(runs.launch(id, creation, moment))
    emit(.launched(ticket: ticket, id))
  }

  mutating func perform(_ actions: [RunCoordinator.Action]) {
    for action in actions {
      switch action {
      case .record(let record): append(record)
      case .execute(let attempt, let step, let location, let generation):
        emit(.send(location, generation, .execute(command(attempt, step))))
      case .cancel(let attempt, let location, let generation):
        emit(.send(location, generation, .cancel(attempt)))
      case .endLocation(let name, let generation, let reason):
        if isRunning(name, generation) || locations[name]?.isDraining(generation) == true {
          locations[name]?.endedForStep[generation] = reason
        }
        drive(name, .process(.endRequested(generation, reason: reason)))
      case .wakeUp(let timer, let instant): wakeUp(for: .run(timer), at: instant)
      case .finished(let id, let status):
        emit(.runFinished(id, status))
        endWorkers(of: id)
      }
    }
  }

  private func command(_ attempt: AttemptID, _ step: PlannedStep) -> StepCommand {
    let request = runs.runs[attempt.run]?.creation.request
    let partition = request?.partition
    var upstream: [MaterializationRecord] = []
    var seen: Set<AssetKey> = []
    for asset in step.assets {
      for index in graph.index(of: asset).map({ graph.upstream(of: $0) }) ?? [] {
        let key = graph.nodes[index].key
        guard seen.insert(key).inserted, let record = latest.record(of: key, partition: partition)
        else { continue }
        upstream.append(record)
      }
      if step.check != nil, let record = latest.record(of: asset, partition: partition) {
        upstream.append(record)
      }
    }
    return StepCommand(
      attempt: attempt,
      step: step,
      partition: partition,
      tags: request?.tags ?? [:],
      upstream: upstream
    )
  }
}
