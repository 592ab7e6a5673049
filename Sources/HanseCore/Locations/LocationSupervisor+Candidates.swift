import HanseModel

/// How a new process takes the place of the one that serves, or fails to.
extension LocationSupervisor {
  /// How often a process that is to take over is tried, one binary at a time.
  ///
  /// Its failures harm nobody, so they count for as long as they need to be too many; then it is
  /// given up until the file changes or somebody asks.
  private var trialRules: RestartRules {
    var trial = rules
    trial.window = .seconds(30 * 24 * 3600)
    return trial
  }

  // MARK: What begins one

  mutating func see(
    _ digest: BinaryDigest,
    _ started: Set<Generation>?,
    _ moment: Moment
  ) -> [Action] {
    let known = binaries.file
    let wasUnusable = binaries.problem != nil
    binaries.problem = nil
    binaries.isMissed = false
    binaries.file = digest
    for (generation, program) in programs where program.digest == nil {
      guard started?.contains(generation) ?? (known == nil) else { continue }
      programs[generation]?.digest = digest
      if generation == servedGeneration { noteServed(generation) }
    }
    if digest == known { return wasUnusable ? startWaiting(moment) : [] }
    if known == nil, !wasUnusable, programs[serving.generation].map({ $0.digest != nil }) ?? true {
      return afterFirstLook(moment)
    }
    return beginAnew(with: digest, moment)
  }

  /// What runs was started from this file; it may have failed before anybody knew what it is.
  ///
  /// A file that may be run now and might not then is put right, although it is the same.
  private mutating func afterFirstLook(_ moment: Moment) -> [Action] {
    switch serving.state {
    case .backingOff, .quarantined:
      fallBack(from: serving.generation, moment)
        ?? (serving.fault == .executableDenied ? startWaiting(moment) : [])
    case .disabled, .stopped, .starting, .loading, .running, .draining, .ending: []
    }
  }

  /// Starts at once what waits for its next try: the file that it missed is back.
  private mutating func startWaiting(_ moment: Moment) -> [Action] {
    switch serving.state {
    case .backingOff, .quarantined: takeServing(.startRequested, moment)
    case .disabled, .stopped, .starting, .loading, .running, .draining, .ending: []
    }
  }

  mutating func reload(_ moment: Moment) -> [Action] { beginAnew(with: nil, moment) }

  /// Forgets what was held against the file, and starts it.
  ///
  /// - Parameters:
  ///   - digest: What the file contains; nil to start it even if the same runs already.
  ///   - moment: When.
  /// - Returns: What to do.
  private mutating func beginAnew(with digest: BinaryDigest?, _ moment: Moment) -> [Action] {
    (binaries.pin, rejection) = (nil, nil)
    binaries.isMissed = false
    if let file = binaries.file { binaries.broken.remove(file) }
    if digest == nil || programs[serving.generation]?.digest != digest {
      return startNext(moment)
    }
    // The file is again what runs: whatever else was tried is of no interest any more.
    return serving.state.hasProcess ? dismissCandidate(moment) : startNext(moment)
  }

  mutating func rollBack(to digest: BinaryDigest, _ moment: Moment) -> [Action] {
    binaries.pin = digest
    binaries.broken.remove(digest)
    rejection = nil
    if serving.state.hasProcess, programs[serving.generation]?.digest == digest {
      return dismissCandidate(moment)
    }
    return startNext(moment)
  }

  /// Starts the next process: beside the one that serves, or in its place when there is none.
  private mutating func startNext(_ moment: Moment) -> [Action] {
    switch serving.state {
    case .disabled, .stopped, .ending(_, then: .stop), .ending(_, then: .disable),
      .ending(_, then: .start), .draining:
      // Whoever starts it gets the right one, and so does the start that is on its way.
      return dismissCandidate(moment)
    case .backingOff, .quarantined:
      return dismissCandidate(moment) + takeServing(.startRequested, moment)
    case .starting, .loading, .running, .ending(_, then: .backOff):
      return dismissCandidate(moment) + startCandidate(moment)
    }
  }

  private mutating func startCandidate(_ moment: Moment) -> [Action] {
    candidate = makeMachine(moment)
    return takeCandidate(.startRequested, moment)
  }

  private func makeMachine(_ moment: Moment) -> Machine {
    Machine(
      generation: issued,
      isEnabled: true,
      rules: trialRules,
      limits: limits,
      at: moment.now
    )
  }

  // MARK: What becomes of it

  mutating func takeCandidate(_ event: Machine.Event, _ moment: Moment) -> [Action] {
    candidate?.issued = issued
    guard let done = candidate?.handle(event, at: moment.now, random: moment.random)
    else { return [] }
    var actions: [Action] = []
    for action in done {
      switch action {
      case .spawn(let generation):
        issued = generation
        programs[generation] = trialProgram
        actions.append(.process(action))
      case .failed(let generation): actions += reject(generation, moment)
      default: actions.append(.process(action))
      }
    }
    return actions
  }

  /// What is tried: what somebody chose, or the file, even if it has failed before.
  private var trialProgram: LocationProgram {
    if binaries.pin != nil { return binaries.next }
    return LocationProgram(digest: binaries.file)
  }

  private mutating func reject(_ generation: Generation, _ moment: Moment) -> [Action] {
    guard let machine = candidate else { return [] }
    let digest = programs[generation]?.digest
    if let digest, !binaries.hasServed(digest) { binaries.broken.insert(digest) }
    let isGivenUp = machine.state == .quarantined
    let rejected = Rejection(
      generation: generation,
      digest: digest,
      code: machine.fault ?? .crashed,
      reason: machine.reason ?? "it ended",
      time: moment.wall,
      failures: max(1, machine.budget.restarts),
      nextTry: isGivenUp ? nil : machine.deadline
    )
    rejection = rejected
    if isGivenUp { candidate = nil }
    return [.rejected(rejected)]
  }

  /// Lets go of a process that was to take over.
  mutating func dismissCandidate(_ moment: Moment) -> [Action] {
    guard var machine = candidate else { return [] }
    candidate = nil
    guard machine.state.hasProcess else { return [] }
    let actions = machine.handle(.stopRequested, at: moment.now, random: moment.random)
    leaving.append(machine)
    return actions.map { .process($0) }
  }

  mutating func takeOver(_ generation: Generation, _ moment: Moment) -> [Action] {
    guard let new = candidate, new.generation == generation, new.state == .running
    else { return [] }
    var old = serving
    serving = new
    serving.takeOver(rules: rules)
    candidate = nil
    servedGeneration = generation
    swappedAt = moment.now
    noteServed(generation)
    if programs[generation]?.isKept == false { rejection = nil }
    var actions: [Action] = [.tookOver(generation, from: old.generation)]
    actions += workers.forgive().map { .worker($0) }
    if old.state.hasProcess {
      let event: Machine.Event = old.state == .running ? .drainRequested : .stopRequested
      actions += old.handle(event, at: moment.now, random: moment.random).map { .process($0) }
      leaving.append(old)
    }
    return actions
  }

  /// The serving process is gone, and the next one is on its way already.
  mutating func promoteCandidate(after event: Machine.Event, _ moment: Moment) -> [Action] {
    guard let new = candidate else { return [] }
    var old = serving
    var actions: [Action] = []
    for action in old.handle(event, at: moment.now, random: moment.random) {
      if case .failed(let generation) = action { actions.append(failure(of: old, generation)) }
    }
    serving = new
    serving.takeOver(rules: rules)
    candidate = nil
    if serving.state == .running {
      servedGeneration = serving.generation
      noteServed(serving.generation)
    }
    return actions + [.promoted(serving.generation)]
  }

  // MARK: The last good binary

  /// Takes note that the file was to be run and cannot be.
  mutating func noteMissed(_ generation: Generation) {
    guard programs[generation]?.isKept == false, serving.fault?.isOfFile == true else { return }
    binaries.isMissed = true
  }

  /// Starts a copy at once in the place of a file that could not be started and cannot be now.
  ///
  /// The news of the file and the failed start come in either order.
  mutating func startInstead(_ moment: Moment) -> [Action] {
    guard binaries.isMissed, binaries.problem != nil, binaries.next.isKept,
      programs[serving.generation]?.isKept == false, serving.fault?.isOfFile == true
    else { return [] }
    return startWaiting(moment)
  }

  /// What is done when the process that is to serve has failed, and an earlier binary can serve.
  ///
  /// A file that never served is tried again beside the good one. One that had served and then
  /// crashed too often is not, before it changes or somebody asks.
  mutating func fallBack(from generation: Generation, _ moment: Moment) -> [Action]? {
    guard let digest = programs[generation]?.digest, digest == binaries.file,
      binaries.pin == nil, let good = binaries.fallback(from: digest), good != digest
    else { return nil }
    let failed = serving
    var rejected = Rejection(
      generation: generation,
      digest: digest,
      code: failed.fault ?? .crashed,
      reason: failed.reason ?? "it ended",
      time: moment.wall,
      failures: max(1, failed.budget.restarts)
    )
    var actions: [Action] = []
    if !binaries.hasServed(digest) {
      var machine = makeMachine(moment)
      actions = machine.beginBackingOff(
        because: rejected.reason,
        rejected.code,
        at: moment.now,
        random: moment.random
      ).map { .process($0) }
      rejected.nextTry = machine.deadline
      candidate = machine
    } else if failed.state == .quarantined, rules.rollsBack, isSoonAfterSwap(moment) {
      rejected.isRolledBack = true
    } else {
      return nil
    }
    binaries.broken.insert(digest)
    rejection = rejected
    return [.rejected(rejected)] + actions + takeServing(.startRequested, moment)
  }

  private func isSoonAfterSwap(_ moment: Moment) -> Bool {
    swappedAt.map { moment.now - $0 <= rules.window + rules.healthyAfter } ?? false
  }
}
