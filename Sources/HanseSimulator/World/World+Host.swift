import HanseCore
import HanseGraph
import HanseModel

/// The host's life: it starts from what is on disk, does what the control plane says, and dies.
extension World {
  mutating func startHost() {
    guard host == nil else { return }
    hostNumber += 1
    if mutation != .reusesEpochs || epoch == 0 { epoch += 1 }
    let recovered = log
    let past = past(of: recovered, epoch: epoch)
    oracle.restart(from: log, past: past, number: hostNumber)
    if hostNumber > 1 { sometimes.note(.recovery) }
    let unfinished = recovered.unfinished
    if !unfinished.isEmpty { sometimes.note(.recoveryWithRuns) }
    var plane = ControlPlane(
      settings: Mutation.settings(scenario.settings, mutation),
      past: past,
      seed: hostChance.seed(),
      at: now
    )
    plane.noteDurable(log.lastSequence)
    host = Memory(plane: plane, gate: EffectGate(durable: log.lastSequence))
    checkRecovery(plane, unfinished)
    handle(.start(unfinished), from: .host)
    for index in scenario.locations.indices where host != nil { seeBinary(of: index) }
    // Nobody was there to be told when the world was healed.
    if isHealed, scenario.sharesLimits { liftOrders() }
  }

  /// Starts twice more on copies: the second start must find nothing left to mend.
  private mutating func checkRecovery(_ plane: ControlPlane, _ unfinished: [RunProgress]) {
    guard !unfinished.isEmpty else { return }
    var first = plane
    var mended = log
    for effect in first.handle(.start(unfinished), now: now, wall: wall) {
      if case .record(let event) = effect, mutation != .mendsInVain { mended.append([event]) }
    }
    let past = past(of: mended, epoch: epoch + 1)
    var second = ControlPlane(settings: scenario.settings, past: past, seed: 1, at: now)
    let again = second.handle(.start(mended.unfinished), now: now, wall: wall)
    oracle.judgeSecondRecovery(again)
  }

  /// What a host that starts now learns from the disk.
  private func past(of log: DurableLog, epoch: Int) -> ControlPlane.Past {
    var past = log.past
    past.epoch = HostEpoch(epoch)
    if mutation == .forgetsRates { past.rateDebts = RateDebts() }
    if mutation == .forgetsOrders { past.limitOrders = LimitOrders() }
    for (index, location) in scenario.locations.enumerated() {
      past.binaries[location.name] = kept[index]
      past.definitions[location.name] = cached[index]
    }
    return past
  }

  /// Feeds one input, and those that come of it, and performs what the control plane wants.
  mutating func handle(_ input: ControlPlane.Input, from origin: Origin) {
    guard host != nil, !stalls(with: input, origin) else { return }
    inbox.append((input, origin))
    guard !isHandling else { return }
    isHandling = true
    var next = 0
    while next < inbox.count {
      let (input, origin) = inbox[next]
      next += 1
      oracle.begin(input, origin, processes, at: now)
      let (now, wall) = (now, wall)
      let before = mutation == .forgetsEnds ? host?.plane : nil
      let effects = host?.plane.handle(input, now: now, wall: wall) ?? []
      if let before, case .stepAnswer = input, !before.isStopping { host?.plane = before }
      for effect in distorted(effects, input) {
        if scenario.isIdeal { chronicle(effect) }
        oracle.see(effect, processes: processes, present: present, at: now)
        take(effect)
        guard countEffect() else { return }
      }
      if let plane = host?.plane { oracle.end(input, plane) }
    }
    inbox.removeAll(keepingCapacity: true)
    isHandling = false
    flush()
    scheduleWake()
    if host?.isOver == true { endHost() }
  }

  /// Whether the host does nothing more, because a process of the first location has crashed.
  private mutating func stalls(with input: ControlPlane.Input, _ origin: Origin) -> Bool {
    guard mutation == .stallsWithNeighbours else { return false }
    if case .exited = input, case .process(let index) = origin,
      processes[index].location == 0, !processes[index].isLeaving
    {
      isStalled = true
    }
    return isStalled
  }

  private func distorted(
    _ effects: [ControlPlane.Effect],
    _ input: ControlPlane.Input
  ) -> [ControlPlane.Effect] {
    guard let mutation else { return effects }
    return Mutation.distort(effects, by: mutation, input, trueCreation)
  }

  /// Counts an effect; false when the host died after it.
  private mutating func countEffect() -> Bool {
    effectsPerformed += 1
    if effectsPerformed == sweepPoint {
      crash(powerLoss: sweepsPowerLoss)
      return false
    }
    guard let (left, powerLoss) = host?.diesAfter else { return true }
    host?.diesAfter = (left - 1, powerLoss)
    guard left <= 0 else { return true }
    crash(powerLoss: powerLoss)
    return false
  }

  private mutating func take(_ effect: ControlPlane.Effect) {
    if mutation == .showsBeforeDurable, effect.isVisible { return perform(effect) }
    if host?.gate.admit(effect) == true { perform(effect) }
  }

  private mutating func perform(_ effect: ControlPlane.Effect) {
    if effect.isVisible { oracle.show(effect, durable: log.lastSequence) }
    switch effect {
    case .record(let event):
      if trace != nil {
        note("  \(event.sequence) \(event.record.payload.kind) \(event.record.step?.text ?? "")")
      }
      host?.batch.append(event)
    case .spawn(let name, let generation): spawn(name, generation)
    case .send(let name, let generation, let command): send(command, to: name, generation)
    case .terminate(let name, let generation): signalLater(name, generation, isKill: false)
    case .kill(let name, let generation): signalLater(name, generation, isKill: true)
    case .merge(let inputs, let previous):
      let isSlow = !scenario.isIdeal && scenario.faults.has(.slowMerge)
      let took = hostChance.nanoseconds(from: 100_000, to: isSlow ? 2_000_000_000 : 1_000_000)
      let delay = scenario.isIdeal ? 0 : took
      host?.merging = (inputs, previous, Duration.nanoseconds(delay))
      push(.merged(host: hostNumber), at: now.nanoseconds + delay)
    case .launched(let ticket, let run):
      if trace != nil { note("  launched \(run) for \(ticket)") }
      launched.append(run)
    case .stopped: host?.isOver = true
    case .served(let name, let generation): noteServed(name, generation)
    case .launchRefused, .canceled, .ordered, .runFinished, .publish: break
    }
  }

  // MARK: Binaries

  /// Caches what is served, and copies the binary that does.
  private mutating func noteServed(_ name: LocationName, _ generation: Generation) {
    guard let index = indices[name], let process = process(name, generation) else { return }
    let binary = processes[process].binary
    let loaded = scenario.locations[index].binaries[binary]
    cached[index] = .init(loaded: loaded, generation: generation)
    let took = networkChance[index].nanoseconds(from: 100_000, to: 500_000_000)
    push(
      .binaryIsKept(host: hostNumber, location: index, binary: binary, generation),
      at: now.nanoseconds + took,
      of: index
    )
  }

  mutating func keep(_ binary: Int, of index: Int, as generation: Generation, by number: Int) {
    guard number == hostNumber, host != nil else { return }
    let digest = BinaryDigest(scenario.locations[index].binaries[binary].digest)
    kept[index].removeAll { $0.digest == digest }
    kept[index].append(ServedBinary(digest: digest, generation: generation))
    handle(.binaryKept(scenario.locations[index].name, digest), from: .host)
  }

  private mutating func signalLater(
    _ name: LocationName,
    _ generation: Generation,
    isKill: Bool
  ) {
    guard let process = process(name, generation) else { return }
    if trace != nil { note("  \(isKill ? "kill" : "terminate") \(name) \(generation.number)") }
    push(
      .signal(process, isKill: isKill),
      at: now.nanoseconds + 50_000,
      of: processes[process].location
    )
  }

  mutating func finishMerge(of number: Int) {
    guard number == hostNumber, let (all, previous, took) = host?.merging else { return }
    host?.merging = nil
    if mutation == .losesTakeovers, oracle.hasTakeover(all) { return }
    let inputs = mutation == .mergesLess ? Array(all.dropFirst()) : all
    let (graph, diagnostics) = AssetGraph.merge(inputs, previous: previous)
    handle(.merged(graph, diagnostics, took: took), from: .host)
  }

  mutating func wakeHost() {
    guard host?.wakesAt ?? .max <= now.nanoseconds else { return }
    host?.wakesAt = .max
    if mutation == .neverWakes, isHealed { return }
    handle(.tick, from: .host)
  }

  private mutating func scheduleWake() {
    guard let next = host?.plane.nextWakeUp?.nanoseconds, let planned = host?.wakesAt else {
      return
    }
    var due = max(next, now.nanoseconds)
    guard due < planned else { return }
    if !scenario.isIdeal, scenario.faults.has(.lateTimers), !isHealed {
      due += hostChance.nanoseconds(from: 1000, to: 50_000_000)
    }
    host?.wakesAt = due
    push(.wake, at: due)
  }

  // MARK: The disk

  /// Hands the loop's events to the writer, which takes all there are once it is free.
  private mutating func flush() {
    guard let memory = host, memory.committing.isEmpty, let last = memory.batch.last else { return }
    host?.committing = memory.batch
    host?.batch.removeAll(keepingCapacity: true)
    host?.isWritten = false
    if scenario.isIdeal {
      written(last.sequence, by: hostNumber)
      return synced(last.sequence, by: hostNumber)
    }
    let isSlow = now.nanoseconds < slowUntil
    let took = diskChance.nanoseconds(from: 50_000, to: isSlow ? 1_000_000_000 : 4_000_000)
    push(.isWritten(host: hostNumber, sequence: last.sequence), at: now.nanoseconds + took / 2)
    push(.isDurable(host: hostNumber, sequence: last.sequence), at: now.nanoseconds + took)
  }

  mutating func written(_ sequence: Int64, by number: Int) {
    guard number == hostNumber else { return }
    host?.isWritten = true
  }

  mutating func synced(_ sequence: Int64, by number: Int) {
    guard number == hostNumber, host?.committing.last?.sequence == sequence else { return }
    if failsNextSync {
      failsNextSync = false
      sometimes.note(.failedSync)
      return crash(powerLoss: true)
    }
    log.append(host?.committing ?? [])
    host?.committing.removeAll(keepingCapacity: true)
    host?.gate.advance(to: sequence)
    host?.plane.noteDurable(sequence)
    oracle.acknowledge(sequence)
    while let effect = host?.gate.release() {
      perform(effect)
      guard countEffect() else { return }
    }
    if host?.isOver == true { return endHost() }
    flush()
  }

  // MARK: The end

  /// Kills the host at this instant; what was written but not on disk may be lost with the power.
  mutating func crash(powerLoss: Bool) {
    guard let memory = host else { return }
    if trace != nil { note("host dies") }
    sometimes.note(memory.gate.isEmpty ? .crash : .crashBetweenRecordAndSend)
    if memory.isWritten, !memory.committing.isEmpty, !powerLoss || diskChance.isHeads(oneIn: 2) {
      log.append(memory.committing)
      sometimes.note(.writtenSurvives)
    }
    endHost()
  }

  private mutating func endHost() {
    host = nil
    inbox.removeAll(keepingCapacity: true)
    isHandling = false
    oracle.hostIsGone()
    for index in processes.indices where !processes[index].isReaped {
      processes[index].isReaped = true
      if mutation == .leavesOrphans { continue }
      processes[index].isAlive = false
    }
    for index in present.indices { present[index] = [] }
    push(
      .hostStarts,
      at: now.nanoseconds + hostChance.nanoseconds(from: 1_000_000, to: 5_000_000_000)
    )
  }
}
