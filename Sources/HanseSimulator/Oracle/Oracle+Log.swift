import HanseCore
import HanseModel

/// Judges each event against those before it.
extension Oracle {
  mutating func judge(_ event: Event) {
    if event.sequence != last + 1 {
      fail(.historyIsLegal, "event \(event.sequence) comes after \(last)")
    }
    last = event.sequence
    let record = event.record
    if let name = record.location, record.run == nil, let location = indices[name] {
      judgeLocation(record, location)
    }
    guard let id = record.run else {
      judgeLimits(record.payload, at: record.time)
      if case .hostStarted(_, _, let written) = record.payload, !isReplaying, written != epoch {
        fail(.epochIsOwn, "a host writes \(written) and is \(epoch)")
      }
      return
    }
    if case .runCreated(let creation) = record.payload {
      if runs[id] != nil { fail(.historyIsLegal, "\(id) is created twice") }
      let audit = RunAudit(id, creation, at: event.sequence)
      if sharesLimits { audit.tagKeys = shares.tags(of: creation.request) }
      if !isReplaying { judgeAdmission(of: audit) }
      runs[id] = audit
      open[id] = audit
      for position in audit.plan.indices {
        guard let location = indices[audit.plan[position].location] else { continue }
        unfinished[location] += 1
        if audit.status[position] == .ready { lineUp(audit, position) }
      }
      return
    }
    guard let run = runs[id] else {
      return fail(.historyIsLegal, "\(id) has an event before its creation")
    }
    switch record.payload {
    case .workerStarting, .workerExited, .workerFailed: return judgeWorker(record, of: id)
    default: break
    }
    if run.final != nil {
      return fail(.historyIsLegal, "\(id) is finished and gets \(record.payload.kind)")
    }
    run.lastSequence = event.sequence
    if let key = record.step {
      guard let position = run.positions[key] else {
        return fail(.historyIsLegal, "\(id) has no step \(key)")
      }
      judgeStep(event, run, position)
    } else {
      judgeRun(event, run)
    }
  }

  private mutating func judgeLocation(_ record: EventRecord, _ location: Int) {
    guard !isReplaying, let generation = record.generation else { return }
    switch record.payload {
    case .locationLoaded:
      graphs.loaded[location][generation] = now
      noteServing(location, generation)
    case .locationExited(_, let isExpected, _, _):
      if isExpected {
        noteExpectedEnd(location, generation)
      } else {
        noteCrash(location, generation)
      }
    case .locationFailed(let message, _):
      if message.hasPrefix("crashed too often") {
        sometimes.note(.quarantineEntered)
      } else {
        noteCrash(location, generation)
      }
    case .locationSwapped(let old, _):
      graphs.replaced[location].insert(old)
      sometimes.note(.swapped)
    case .locationSwapFailed(let failure):
      noteCrash(location, generation)
      sometimes.note(failure.isRolledBack ? .rolledBack : .swapFailed)
    default: break
    }
    touch(location)
  }

  private mutating func lineUp(_ run: RunAudit, _ position: Int) {
    guard let location = indices[run.plan[position].location] else { return }
    run.standing[position] = nil
    run.readySince[position] = last
    ready[location].append(ReadyStep(run: run, position: position))
  }

  mutating func move(_ run: RunAudit, _ position: Int, to status: StepStatus) {
    guard let location = indices[run.plan[position].location] else { return }
    let isIt = { (step: ReadyStep) in step.run === run && step.position == position }
    switch run.status[position] {
    case .ready:
      if let place = ready[location].firstIndex(where: isIt) { ready[location].remove(at: place) }
    case .retrying:
      if let place = retrying.firstIndex(where: isIt) { retrying.remove(at: place) }
    default: break
    }
    if status == .ready { lineUp(run, position) }
    if status == .retrying { retrying.append(ReadyStep(run: run, position: position)) }
    if status.isFinished { unfinished[location] -= 1 }
    run.status[position] = status
  }

  private mutating func judgeRun(_ event: Event, _ run: RunAudit) {
    switch event.record.payload {
    case .runStarted:
      if run.hasStarted { fail(.historyIsLegal, "\(run.id) starts twice") }
      run.hasStarted = true
    case .runRequeued(let queue, let priority, _, _): (run.queue, run.priority) = (queue, priority)
    case .runCanceling:
      run.isCanceling = true
      run.cancelingAt = event.sequence
      if !isReplaying { sometimes.note(.runCanceled) }
    case .runFinished(let status, _):
      run.final = status
      open[run.id] = nil
      run.finishedAt = event.sequence
      if !run.status.allSatisfy(\.isFinished) {
        fail(.historyIsLegal, "\(run.id) finishes before its steps")
      }
      if status != run.rightStatus {
        fail(.cancelOrCompletion, "\(run.id) is \(status), and its steps say \(run.rightStatus)")
      }
      guard !isReplaying else { return }
      if status == .succeeded {
        sometimes.note(run.isCanceling ? .canceledRunSucceeded : .runSucceeded)
      }
      if status == .failed { sometimes.note(.runFailed) }
    default: break
    }
  }

  // MARK: Steps

  private mutating func judgeStep(_ event: Event, _ run: RunAudit, _ position: Int) {
    let record = event.record
    let key = run.plan[position].key
    if run.status[position].isFinished {
      return fail(.historyIsLegal, "\(key) of \(run.id) is over and gets \(record.payload.kind)")
    }
    switch record.payload {
    case .stepStarted: start(event, run, position)
    case .stepSucceeded:
      judgeSpeaker(run, position)
      if run.status[position] != .running {
        fail(.historyIsLegal, "\(key) succeeds without running")
      }
      if !run.plan[position].assets.allSatisfy({ run.reported[position].contains($0) }) {
        fail(.successIsMaterialized, "\(key) of \(run.id) succeeds, and nothing says what it made")
      }
      run.succeededAt[position] = event.sequence
      settle(run, position, .succeeded)
      run.suspected.remove(position)
      for next in run.dependents[position] where run.status[next] == .waiting && run.isReady(next) {
        move(run, next, to: .ready)
      }
    case .stepCoalesced(let leader):
      judgeCoalesced(run, position, into: leader)
      // That its next attempt was due is no event, and not known of one that is only read again.
      let wasDue = isReplaying && run.status[position] == .retrying
      if run.status[position] != .ready, !wasDue {
        fail(.historyIsLegal, "\(key) is coalesced and did not wait")
      }
      run.succeededAt[position] = event.sequence
      settle(run, position, .succeeded)
      for next in run.dependents[position] where run.status[next] == .waiting && run.isReady(next) {
        move(run, next, to: .ready)
      }
    case .stepFailed(let failure, let retry):
      judgeFailure(failure, retry: retry, run, position)
    case .stepCleared: run.suspected.remove(position)
    case .stepCanceling:
      judgeAsking(run, position)
      run.askedToStop.insert(position)
    case .stepSkipped:
      let isBehind = run.plan[position].dependsOn.contains {
        run.status[$0] == .failed || run.status[$0] == .skipped || run.status[$0] == .canceled
      }
      if !isBehind { fail(.historyIsLegal, "\(key) is skipped behind no failure") }
      settle(run, position, .skipped)
    case .stepCanceled:
      if !run.isCanceling { judgeDrop(run, position) }
      settle(run, position, .canceled)
    case .materialized(let made):
      judgeSpeaker(run, position)
      run.reported[position].insert(made.asset)
    case .checked(let result):
      judgeSpeaker(run, position)
      run.reported[position].insert(result.asset)
    default: break
    }
  }

  private mutating func start(_ event: Event, _ run: RunAudit, _ position: Int) {
    let record = event.record
    let key = run.plan[position].key
    guard let name = record.location, let location = indices[name],
      let generation = record.generation
    else { return fail(.historyIsLegal, "\(key) starts nowhere") }
    if run.isCanceling { fail(.cancelOrCompletion, "\(key) starts after the cancellation") }
    if run.status[position] == .running { fail(.oneLiveAttempt, "\(key) is started twice at once") }
    if !run.isReady(position) { fail(.historyIsLegal, "\(key) starts before its upstreams") }
    run.attempts[position] += 1
    if record.attempt != run.attempts[position] {
      fail(.attemptsAreBounded, "\(key) counts attempt \(record.attempt ?? 0)")
    }
    if run.failures[position] > run.plan[position].retry.maxRetries {
      fail(.attemptsAreBounded, "\(key) is tried after \(run.failures[position]) failures")
    }
    move(run, position, to: .running)
    run.reported[position] = []
    run.location[position] = location
    run.failedWorkers.remove(location)
    run.generation[position] = generation
    run.startedAt[position] = event.sequence
    let id = AttemptID(run: run.id, step: key, attempt: run.attempts[position], epoch: epoch)
    guard !isReplaying else { return }
    judgeCompany(of: id, isSuspected: run.suspected.contains(position), location, generation)
    live[id] = (location, generation)
    liveCount[location] += 1
    shares.begin(run, position, sequence: event.sequence, at: now)
  }

  /// What must be alone has its process to itself: at most locations that is the location.
  private mutating func judgeCompany(
    of id: AttemptID,
    isSuspected: Bool,
    _ location: Int,
    _ generation: Generation
  ) {
    let company =
      isIsolated[location]
      ? live.filter { $0.value.location == location && $0.value.generation == generation } : [:]
    let isCrowded =
      isIsolated[location]
      ? !company.isEmpty && (isSuspected || !aloneInWorker.isDisjoint(with: company.keys))
      : liveCount[location] > 0 && (isSuspected || alone[location] != nil)
    if isCrowded {
      fail(.onlyCulpritsPay, "\(id.step) runs beside one that must be alone, or must be itself")
    }
    guard isSuspected else { return }
    if isIsolated[location] { aloneInWorker.insert(id) } else { alone[location] = id }
  }

  private mutating func settle(_ run: RunAudit, _ position: Int, _ status: StepStatus) {
    move(run, position, to: status)
    shares.end(run.id, position)
    let id = AttemptID(
      run: run.id,
      step: run.plan[position].key,
      attempt: run.attempts[position],
      epoch: epoch
    )
    guard let place = live.removeValue(forKey: id) else { return }
    liveCount[place.location] -= 1
    sent.remove(id)
    if alone[place.location] == id { alone[place.location] = nil }
    aloneInWorker.remove(id)
  }

  private mutating func judgeFailure(
    _ failure: StepFailure,
    retry: Int64?,
    _ run: RunAudit,
    _ position: Int
  ) {
    let key = run.plan[position].key
    if !isReplaying, run.status[position] == .running {
      judgeLoss(failure, run, position)
    }
    // It was given its slots, and then found to be poison.
    if !isReplaying, failure.code == .poison, run.status[position] != .running {
      shares.waste(run, position, at: now)
    }
    if failure.code != .interrupted { run.failures[position] += 1 }
    judgeBlame(failure, run, position)
    if !isReplaying, retry != nil { sometimes.note(.stepRetried) }
    if failure.code == .lost, !isReplaying { sometimes.note(.stepLost) }
    if run.failures[position] > run.plan[position].retry.maxRetries + 1 {
      fail(.attemptsAreBounded, "\(key) has failed \(run.failures[position]) times")
    }
    settle(run, position, retry == nil ? .failed : .retrying)
  }

  /// Who is charged with the end of a process was alone in it.
  private mutating func judgeBlame(_ failure: StepFailure, _ run: RunAudit, _ position: Int) {
    let key = run.plan[position].key
    if failure.crash == .suspected { run.suspected.insert(position) }
    if failure.crash == .proven || failure.code != .interrupted { run.suspected.remove(position) }
    guard !isReplaying else { return }
    let culprit = Culprit(location: indices[run.plan[position].location] ?? -1, step: key)
    if failure.crash == .proven { proven[culprit, default: 0] += 1 }
    if failure.code == .poison {
      sometimes.note(.poisonFound)
      if proven[culprit, default: 0] < maxCrashesOfStep {
        fail(.onlyCulpritsPay, "\(key) is poison after \(proven[culprit, default: 0]) crashes")
      }
    }
    guard case .exit = cause, run.status[position] == .running else { return }
    if failure.crash == .suspected { sometimes.note(.suspected) }
    guard failure.code == .lost || failure.code == .poison else { return }
    let id = AttemptID(run: run.id, step: key, attempt: run.attempts[position], epoch: epoch)
    if !sent.contains(id) {
      fail(.onlyCulpritsPay, "\(key) is charged with the end of a process that never had it")
    } else if liveAtExit != 1 {
      fail(
        .onlyCulpritsPay,
        "\(key) is charged with the end of a process that \(liveAtExit) steps were in"
      )
    }
  }

  /// An attempt ends badly by its own answer, with its process, or with the host.
  private mutating func judgeLoss(_ failure: StepFailure, _ run: RunAudit, _ position: Int) {
    let key = run.plan[position].key
    switch cause {
    case .start: break
    case .exit(let location, let generation, let isAlive):
      if location != run.location[position] || generation != run.generation[position] {
        fail(.lostIsGone, "\(key) is lost with the process of \(names[location])")
      } else if isAlive {
        fail(.lostIsGone, "\(key) is lost and its process lives")
      }
    case .answer: judgeSpeaker(run, position)
    case .host, .user, .cancel, .stop, .report, .other:
      fail(.lostIsGone, "\(key) fails with \(failure.code) and nobody said so")
    }
  }

  /// Whether what is said of an attempt is said by the process that has it.
  private mutating func judgeSpeaker(_ run: RunAudit, _ position: Int) {
    guard !isReplaying else { return }
    let key = run.plan[position].key
    switch cause {
    case .report(let location, let generation, let attempt),
      .answer(let location, let generation, let attempt):
      if location != run.location[position] {
        fail(.bytesStayAtHome, "\(names[location]) speaks for \(key) of another location")
      } else if generation != run.generation[position] || attempt.step != key
        || attempt.run != run.id || attempt.attempt != run.attempts[position]
      {
        fail(.resultIsOfItsProcess, "\(key) takes the word of another process or attempt")
      } else if attempt.epoch != epoch {
        fail(.epochIsOwn, "\(key) takes the word of \(attempt.epoch) under \(epoch)")
      }
    case .host, .start, .user, .cancel, .stop, .exit, .other:
      fail(.resultIsOfItsProcess, "\(key) has a result that no process gave")
    }
  }
}
