import HanseCore
import HanseModel

/// What the locations' processes do, and what goes wrong with them.
extension World {
  /// Whether a fault happens now at a location; draws whether or not it is switched on.
  private mutating func fails(_ fault: Fault, at location: Int) -> Bool {
    let comes = conductChance[location].happens(scenario.locations[location].rate)
    guard comes, scenario.faults.has(fault), scenario.locations[location].faults.has(fault)
    else { return false }
    return !(isHealed && scenario.healed.contains(location))
  }

  func process(_ name: LocationName, _ generation: Generation) -> Int? {
    guard let location = indices[name] else { return nil }
    return present[location].first { processes[$0].generation == generation }
  }

  mutating func spawn(_ name: LocationName, _ generation: Generation) {
    guard let location = indices[name] else { return }
    if fails(.spawnFails, at: location) {
      handle(.location(name, .spawnFailed(generation, reason: "no such file")), from: .host)
      return
    }
    let process = processes.count
    var conduct = SimulatedProcess.Conduct()
    conduct.startDelay = conductChance[location].nanoseconds(from: 1_000_000, to: 300_000_000)
    if fails(.slowStart, at: location) { conduct.startDelay *= 100 }
    conduct.isMute = fails(.mute, at: location)
    let soon = conductChance[location].nanoseconds(from: 100_000, to: 200_000_000)
    let late = conductChance[location].nanoseconds(from: 1_000_000_000, to: 60_000_000_000)
    if fails(.diesWhileStarting, at: location) { conduct.diesAfter = soon }
    if fails(.crashes, at: location) { conduct.diesAfter = late }
    if fails(.hangs, at: location) { conduct.hangsAfter = late / 2 }
    if fails(.breaksProtocol, at: location) { conduct.breaksAfter = late / 3 }
    conduct.ignoresShutdown = fails(.ignoresShutdown, at: location)
    conduct.ignoresTerminate = fails(.ignoresTerminate, at: location)
    conduct.ignoresCancel = fails(.ignoresCancel, at: location)
    let binary = program(name, generation, location)
    if isBroken(binary, of: location) {
      // One kind never gets as far as to serve, the other serves and ends soon after.
      conduct.diesAfter = binary % 2 == 1 ? conduct.startDelay / 2 : 2 * conduct.startDelay + soon
    }
    var made = SimulatedProcess(
      location: location,
      generation: generation,
      binary: binary,
      conduct: conduct
    )
    made.isProvoking =
      conduct.isMute || conduct.hangsAfter != nil || conduct.breaksAfter != nil
      || conduct.startDelay > 5_000_000_000 || conduct.ignoresCancel
    processes.append(made)
    present[location].append(process)
    let start = now.nanoseconds
    if let after = conduct.diesAfter { push(.dies(process), at: start + after, of: location) }
    if let after = conduct.hangsAfter { push(.hangs(process), at: start + after, of: location) }
    if let after = conduct.breaksAfter { push(.breaks(process), at: start + after, of: location) }
    handle(.spawned(name, generation, processID: 100 + process), from: .host)
  }

  /// What the host says that the process is to be started from: the file, or a copy of its own.
  private func program(_ name: LocationName, _ generation: Generation, _ location: Int) -> Int {
    guard let program = host?.plane.locations[name]?.supervisor.programs[generation],
      program.isKept, let digest = program.digest
    else { return binaries[location] }
    let all = scenario.locations[location].binaries
    return all.firstIndex { BinaryDigest($0.digest) == digest } ?? binaries[location]
  }

  private func isBroken(_ binary: Int, of location: Int) -> Bool {
    let place = scenario.locations[location]
    return place.broken.contains(binary) && scenario.faults.has(.brokenBinary)
      && place.faults.has(.brokenBinary) && !(isHealed && scenario.healed.contains(location))
  }

  private func isPoison(_ step: PlannedStep, at location: Int) -> Bool {
    let place = scenario.locations[location]
    return scenario.faults.has(.poison) && place.faults.has(.poison)
      && step.assets.contains { place.poison.contains($0) }
  }

  // MARK: From the host

  mutating func send(
    _ command: ControlPlane.Command,
    to name: LocationName,
    _ generation: Generation
  ) {
    guard let process = process(name, generation) else { return }
    if case .shutdown = command { processes[process].isLeaving = true }
    let location = processes[process].location
    let delay = networkChance[location].nanoseconds(from: 20_000, to: 2_000_000)
    let at = max(processes[process].lastToProcess + 1, now.nanoseconds + delay)
    processes[process].lastToProcess = at
    push(.command(process, command), at: at, of: location)
  }

  mutating func receive(_ command: ControlPlane.Command, _ process: Int) {
    guard processes[process].isAlive, !processes[process].isHung else { return }
    let conduct = processes[process].conduct
    switch command {
    case .initialize:
      if !conduct.isMute { say(.initialized, process, after: conduct.startDelay) }
    case .definitions: say(.loaded, process, after: conduct.startDelay / 4)
    case .ping: say(.pong, process)
    case .shutdown:
      if !conduct.ignoresShutdown { push(.dies(process), at: now.nanoseconds + 1_000_000) }
    case .execute(let command): work(on: command, process)
    case .cancel(let attempt):
      guard !conduct.ignoresCancel,
        let index = processes[process].work.firstIndex(where: { $0.attempt == attempt })
      else { return }
      // To stop is asked, not forced: some steps come to their end first.
      if conductChance[processes[process].location].isHeads(oneIn: 3) {
        return finishSoon(processes[process].work[index].number, of: process)
      }
      processes[process].work.remove(at: index)
      oracle.stopped(attempt)
      say(.answer(attempt, .canceled), process)
    }
  }

  /// Lets a step that was asked to stop come to its end first.
  private mutating func finishSoon(_ number: Int, of process: Int) {
    let location = processes[process].location
    let takes = conductChance[location].nanoseconds(from: 1_000_000, to: 3_000_000_000)
    push(.stepIsDue(process, number: number), at: now.nanoseconds + takes, of: location)
  }

  mutating func signal(_ process: Int, isKill: Bool) {
    guard processes[process].isAlive else { return }
    if isKill || !processes[process].conduct.ignoresTerminate, isKill || !processes[process].isHung
    {
      die(process)
    }
  }

  // MARK: Steps

  private mutating func work(on command: ControlPlane.StepCommand, _ process: Int) {
    let location = processes[process].location
    known.append(command.attempt)
    oracle.began(command.attempt, in: process, processes)
    var ending = SimulatedProcess.Ending.succeeds
    if fails(.stepFails, at: location) {
      ending = conductChance[location].isHeads(oneIn: 3) ? .failsForGood : .fails
    }
    if fails(.stepHangs, at: location) { ending = .hangs }
    if fails(.stepKillsProcess, at: location) { ending = .kills }
    if fails(.claimsSuccess, at: location) { ending = .claimsSuccess }
    if fails(.cancelsByItself, at: location) { ending = .cancelsItself }
    if fails(.claimsPrivilege, at: location) { ending = .claimsPrivilege }
    if isPoison(command.step, at: location) { ending = .kills }
    nextWork += 1
    let duration = conductChance[location].nanoseconds(from: 1_000_000, to: 20_000_000_000)
    processes[process].work.append(
      .init(attempt: command.attempt, step: command.step, number: nextWork, ending: ending)
    )
    if fails(.speaksForOthers, at: location) { lie(process, about: command.attempt) }
    guard ending != .hangs || isHealed && scenario.healed.contains(location) else { return }
    push(.stepIsDue(process, number: nextWork), at: now.nanoseconds + duration, of: location)
  }

  /// Speaks of attempts that are somebody else's, of the past, or never were.
  private mutating func lie(_ process: Int, about attempt: AttemptID) {
    let location = processes[process].location
    // Of what is likely to be in flight somewhere, or of anything that ever was.
    let recent = conductChance[location].isHeads(oneIn: 2) ? min(known.count, 6) : known.count
    var other = known[known.count - 1 - conductChance[location].below(recent)]
    if conductChance[location].isHeads(oneIn: 3) { other = attempt }
    if conductChance[location].isHeads(oneIn: 3) { other.attempt += 1 }
    if conductChance[location].isHeads(oneIn: 3) { other.epoch.number -= 1 }
    guard !processes[process].work.contains(where: { $0.attempt == other }) else { return }
    sometimes.note(.lie)
    say(.event(other, .materialized(Materialization(asset: AssetKey(other.step.text)))), process)
    say(.answer(other, .succeeded), process)
  }

  mutating func finishStep(_ number: Int, of process: Int) {
    guard processes[process].isAlive, !processes[process].isHung,
      let index = processes[process].work.firstIndex(where: { $0.number == number })
    else { return }
    let work = processes[process].work.remove(at: index)
    let location = processes[process].location
    let attempt = work.attempt
    if work.ending == .kills { return die(process) }
    oracle.stopped(attempt)
    let outcome: RunCoordinator.Outcome
    switch work.ending {
    case .succeeds, .hangs:
      report(work, process)
      outcome = .succeeded
    case .fails: outcome = .failed(StepFailure(.failed, message: "failed"))
    case .failsForGood:
      outcome = .failed(StepFailure(.failed, message: "failed", isRetryable: false))
    case .claimsSuccess, .kills: outcome = .succeeded
    case .cancelsItself: outcome = .canceled
    case .claimsPrivilege: outcome = .failed(StepFailure(.interrupted, message: "again, please"))
    }
    say(.answer(attempt, outcome), process)
    if fails(.answersTwice, at: location) {
      say(.answer(attempt, outcome == .succeeded ? .canceled : .succeeded), process)
    }
    guard fails(.answersLate, at: location) else { return }
    let late = conductChance[location].nanoseconds(from: 1_000_000, to: 5_000_000_000)
    say(.answer(attempt, .succeeded), process, after: late)
  }

  private mutating func report(_ work: SimulatedProcess.Work, _ process: Int) {
    let origin = processes[process]
    for asset in work.step.assets {
      if let check = work.step.check {
        let passed = !fails(.stepFails, at: origin.location)
        let result = CheckResult(name: check, asset: asset, passed: passed, blocking: true)
        say(.event(work.attempt, .checked(result)), process)
      } else {
        let made = Materialization(asset: asset, codeVersion: "\(origin.binary)")
        say(.event(work.attempt, .materialized(made)), process)
      }
    }
  }

  // MARK: To the host

  mutating func say(_ message: ProcessMessage, _ process: Int, after delay: Int64 = 0) {
    guard processes[process].isAlive else { return }
    let location = processes[process].location
    let way = networkChance[location].nanoseconds(from: 20_000, to: 2_000_000)
    let at = max(processes[process].lastToHost + 1, now.nanoseconds + delay + way)
    processes[process].lastToHost = at
    processes[process].messages += 1
    let number = processes[process].messages
    push(.message(process, number: number, message), at: at, of: location)
  }

  mutating func deliver(_ message: ProcessMessage, _ number: Int, from index: Int) {
    let process = processes[index]
    guard !process.isReaped, number < process.cut else { return }
    let name = scenario.locations[process.location].name
    let generation = process.generation
    let input: ControlPlane.Input
    switch message {
    case .initialized: input = .location(name, .initialized(generation))
    case .loaded:
      let all = scenario.locations[process.location].binaries
      input = .loaded(name, generation, all[process.binary])
    case .pong where mutation == .reportsLivingDead:
      input = .exited(name, generation, reason: "exit status 1", tail: [])
    case .pong: input = .location(name, .ponged(generation))
    case .broke:
      input = .location(name, .broke(generation, reason: "a line is not JSON"))
    case .event(let attempt, let payload):
      let spoken = speaker(of: attempt, name, generation)
      let input = ControlPlane.Input.stepEvent(
        spoken.name,
        spoken.generation,
        spoken.attempt,
        payload
      )
      return handle(input, from: .attempt(index, attempt))
    case .answer(let attempt, let outcome):
      // The shell passes on no failure that came about only because the process was asked to go.
      if process.isLeaving, outcome != .succeeded { return }
      let spoken = speaker(of: attempt, name, generation)
      let input = ControlPlane.Input.stepAnswer(
        spoken.name,
        spoken.generation,
        spoken.attempt,
        outcome
      )
      return handle(input, from: .attempt(index, attempt))
    }
    handle(input, from: .process(index))
  }

  /// Who is taken to speak, and of what: the process of its attempt, unless a mutation believes
  /// more than that.
  private func speaker(
    of attempt: AttemptID,
    _ name: LocationName,
    _ generation: Generation
  ) -> (name: LocationName, generation: Generation, attempt: AttemptID) {
    switch mutation {
    case .believesLies:
      guard let (place, generation) = oracle.place(of: attempt) else { break }
      return (place, generation, attempt)
    case .rebadges:
      guard let (right, place, generation) = oracle.present(for: attempt), place == name
      else { break }
      return (name, generation, right)
    default: break
    }
    return (name, generation, attempt)
  }

  mutating func die(_ index: Int) {
    guard processes[index].isAlive else { return }
    let location = processes[index].location
    if mutation == .harmsNeighbours, let next = neighbour(of: location) {
      push(.dies(next), at: now.nanoseconds + 1, of: processes[next].location)
    }
    processes[index].isAlive = false
    for work in processes[index].work { oracle.stopped(work.attempt) }
    processes[index].work = []
    // What it was still writing may be cut off.
    let latest = networkChance[location].nanoseconds(from: 20_000, to: 3_000_000)
    if fails(.losesLastWords, at: location) { processes[index].cut = processes[index].messages }
    let at = max(processes[index].lastToHost + 1, now.nanoseconds + latest)
    guard !processes[index].isReaped else { return }
    push(.exitIsSeen(index), at: at, of: location)
  }

  private func neighbour(of location: Int) -> Int? {
    for other in present.indices where other != location {
      if let process = present[other].first { return process }
    }
    return nil
  }

  mutating func reap(_ index: Int) {
    guard !processes[index].isReaped else { return }
    let process = processes[index]
    processes[index].isReaped = true
    present[process.location].removeAll { $0 == index }
    let name = scenario.locations[process.location].name
    handle(
      .exited(name, process.generation, reason: "exit status 1", tail: []),
      from: .process(index)
    )
    if mutation == .restartsByItself {
      handle(.location(name, .startRequested), from: .host)
    }
  }
}
