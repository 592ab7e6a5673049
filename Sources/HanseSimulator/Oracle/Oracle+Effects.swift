import HanseCore
import HanseGraph
import HanseModel

/// What the control plane wants done, and what the outside sees of it.
extension Oracle {
  mutating func see(
    _ effect: ControlPlane.Effect,
    processes: [SimulatedProcess],
    present: [[Int]],
    at now: HostInstant
  ) {
    switch effect {
    case .record(let event): judge(event)
    case .spawn(let name, let generation): judgeSpawn(name, generation)
    case .send(let name, let generation, .execute(let command)):
      judgeExecution(command, name, generation)
    case .send(let name, let generation, .shutdown), .terminate(let name, let generation),
      .kill(let name, let generation):
      judgeEnd(of: name, generation, processes, present)
    case .send(let name, let generation, .cancel(let attempt)):
      // A step that one location's result sets free may take the place of one at another.
      if !isAskedToStop(attempt) { judgeReach(name) }
      // What does not stop when it is asked to is ended.
      if let location = indices[name],
        let process = present[location].first(where: { processes[$0].generation == generation })
      {
        justified.insert(process)
      }
    // A step that one location's result sets free may need a worker at another.
    case .send(_, let generation, .initialize) where generation.isWorker: break
    case .send(let name, _, _): judgeReach(name)
    case .merge(let inputs, let previous): judgeMerge(inputs, previous)
    case .served(let name, let generation):
      if let location = indices[name] { graphs.served[location] = generation }
    case .launchRefused(let ticket, .queueIsFull): judgeRefusal(ticket)
    case .launched, .launchRefused, .canceled, .ordered, .runFinished, .publish, .stopped: break
    }
  }

  private func isAskedToStop(_ attempt: AttemptID) -> Bool {
    guard let run = runs[attempt.run], let position = run.positions[attempt.step] else {
      return false
    }
    return run.askedToStop.contains(position)
  }

  /// A message to one location that another's message brought about.
  private mutating func judgeReach(_ name: LocationName) {
    switch cause {
    case .report(let location, _, _), .answer(let location, _, _), .other(let location):
      if names[location] != name {
        fail(.bytesStayAtHome, "\(names[location])'s message makes the host speak to \(name)")
      }
    case .host, .start, .user, .cancel, .stop, .exit: break
    }
  }

  private mutating func judgeExecution(
    _ command: ControlPlane.StepCommand,
    _ name: LocationName,
    _ generation: Generation
  ) {
    if let location = indices[name] { judgeWorkerOf(command.attempt, location, generation) }
    if command.attempt.epoch != epoch {
      fail(.epochIsOwn, "\(command.attempt) is sent under \(command.attempt.epoch)")
    }
    guard let place = live[command.attempt] else {
      return fail(.shownIsDurable, "\(command.attempt) is sent before its start was recorded")
    }
    if names[place.location] != name || place.generation != generation {
      fail(.resultIsOfItsProcess, "\(command.attempt) is sent to another process than recorded")
    }
  }

  private mutating func judgeEnd(
    of name: LocationName,
    _ generation: Generation,
    _ processes: [SimulatedProcess],
    _ present: [[Int]]
  ) {
    guard let location = indices[name] else { return }
    touch(location)
    if generation.isWorker {
      noteWorkerEnd(location, generation)
      // With nobody's step in it, its end is felt by nobody.
      if isIdle(location, generation) { return }
    }
    guard let process = present[location].first(where: { processes[$0].generation == generation }),
      !justified.contains(process)
    else { return }
    if processes[process].isProvoking || isReason(to: location, generation) {
      justified.insert(process)
    } else {
      fail(.endsOnlyTheGuilty, "\(name) is ended and gave no reason to")
    }
  }

  /// Whether what is under way is a reason to end a process that does its work.
  private func isReason(to location: Int, _ generation: Generation) -> Bool {
    switch cause {
    case .stop: return true
    case .user(let asked) where asked == location: return true
    case .cancel(let run):
      let isAtWork = live.contains {
        $0.key.run == run && $0.value.location == location && $0.value.generation == generation
      }
      if isAtWork { return true }
    default: break
    }
    // Another has taken its place.
    return graphs.replaced[location].contains(generation)
  }

  private mutating func judgeSpawn(_ name: LocationName, _ generation: Generation) {
    guard let location = indices[name] else { return }
    if generation.isWorker { return noteWorkerSpawn(location, generation) }
    if case .user(let asked) = cause, asked != location {
      fail(.endsOnlyTheGuilty, "\(name) is started by what was asked of another")
    }
    pacing[location].spawns.append(generation)
    touch(location)
  }

  mutating func touch(_ location: Int) {
    if !touched.contains(location) { touched.append(location) }
  }

  // MARK: What is seen

  /// Judges an effect at the instant at which the outside sees it.
  mutating func show(_ effect: ControlPlane.Effect, durable: Int64) {
    switch effect {
    case .launched(let ticket, let run):
      answer(ticket)
      acknowledged.insert(run)
      if runs[run].map({ $0.createdAt > durable }) ?? true {
        fail(.shownIsDurable, "\(run) is announced before it is on disk")
      }
    case .launchRefused(let ticket, _), .ordered(let ticket, _): answer(ticket)
    case .canceled(let ticket, let isKnown):
      answer(ticket)
      if let right = cancelWasKnown.removeValue(forKey: ticket), right != isKnown {
        fail(.cancelOrCompletion, "a cancellation is answered with \(isKnown), not \(right)")
      }
    case .send(_, _, .execute(let command)):
      guard let run = runs[command.attempt.run],
        let position = run.positions[command.attempt.step]
      else { return }
      // One that was lost meanwhile goes to nobody.
      guard live[command.attempt] != nil else { return }
      sent.insert(command.attempt)
      if run.startedAt[position] > durable {
        fail(.shownIsDurable, "\(command.attempt) is sent before its start is on disk")
      }
      for before in run.plan[position].dependsOn where run.succeededAt[before] > durable {
        fail(.successIsMaterialized, "\(command.attempt) is sent before its upstream is on disk")
      }
    case .runFinished(let id, let status):
      guard let run = runs[id] else { return }
      if run.finishedAt > durable { fail(.shownIsDurable, "\(id) ended before that is on disk") }
      if run.final != status { fail(.cancelOrCompletion, "\(id) is announced as \(status)") }
    case .stopped:
      if last > durable { fail(.shownIsDurable, "the host stops before its end is on disk") }
    case .send, .record, .spawn, .terminate, .kill, .merge, .publish, .served: break
    }
  }

  private mutating func answer(_ ticket: Int) {
    asked[ticket] = nil
    if calls.remove(ticket) == nil {
      fail(.everyCallIsAnswered, "call \(ticket) is answered twice")
    }
  }
}
