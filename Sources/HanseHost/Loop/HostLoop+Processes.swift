import HanseCore
import HanseModel
import HanseSystem
import HanseWire

/// The children: their start, their pipes, their end.
extension HostLoop {
  /// How long the exit of a process that has closed its output may take.
  static let exitGrace = Duration.seconds(1)

  func spawn(_ name: LocationName, _ generation: Generation) {
    if let digest = keptDigest(name, generation) {
      if let refusal = launcher.refusal(of: digest, at: nil, name) {
        refuse(name, generation, refusal)
      } else {
        findKept(digest, name, generation)
      }
    } else if generation.isWorker, isFileChanged(of: name) {
      launchWorkerFromCopy(name, generation)
    } else if launcher.requiredDigest(of: name) != nil {
      launchPinned(name, generation)
    } else {
      launch(name, generation, executable: nil)
    }
  }

  /// Starts a process from the workspace's file, or from another.
  func launch(_ name: LocationName, _ generation: Generation, executable: String?) {
    let isKnown =
      executable != nil || noteLaunch(ProcessKey(name: name, generation: generation))
    do throws(LaunchFailure) {
      let process = try launcher.launch(
        name,
        generation,
        executable: executable,
        run: plane.locations[name]?.supervisor.workers.worker(generation)?.seat.run,
        at: Clock.now()
      )
      try watchAll(process)
      let processID = Int(process.process.pid)
      handle(.spawned(name, generation, processID: processID, isOfSeenFile: isKnown))
      holdForLog(process)
    } catch {
      handle(.location(name, .spawnFailed(generation, reason: error.reason, code: error.code)))
    }
  }

  func send(
    _ command: ControlPlane.Command,
    to name: LocationName,
    _ generation: Generation
  ) {
    guard let process = processes[ProcessKey(name: name, generation: generation)] else { return }
    let input: ControlPlane.Input? =
      switch command {
      case .initialize: process.initialize(launcher.handshake(name, generation))
      case .definitions: process.requestDefinitions()
      case .execute(let command): process.execute(command)
      case .cancel(let attempt): process.cancel(attempt)
      case .ping: process.ping()
      case .shutdown: process.shutDown()
      }
    updateInterest(of: process)
    if let input { handle(input) }
    guard case .ping = command else { return }
    look(at: process)
  }

  /// Says whether the kernel has stopped a process: then no ping will be answered.
  private func look(at process: LocationProcess) {
    do throws(SystemError) {
      let isStopped = try ForeignProcess.isStopped(process.process.pid)
      handle(.location(process.name, .looked(process.generation, isSuspended: isStopped)))
    } catch {
      // Without a look, one that answers no ping counts as hung.
    }
  }

  // MARK: Reading

  func readOutput(of key: ProcessKey) {
    guard let process = processes[key], !process.output.isClosed, !cannotHear(process) else {
      return
    }
    var inputs: [ControlPlane.Input] = []
    if process.read(budgetBytes: Self.readBudgetBytes, at: Clock.now(), into: &inputs) {
      unread.insert(key)
      // The answer to a ping may be in what is not read yet: it is the host that is behind.
      inputs.append(.location(key.name, .ponged(key.generation)))
    }
    take(inputs, of: process)
    noteBacklog(of: process)
    readDefinitions(of: process)
    if process.hasEndedOutput {
      close(.output, of: process)
      // Its exit is most likely on its way, and says more.
      silent[key] = Clock.now() + Self.exitGrace
    } else if process.isAway {
      unwatch(.output, of: process)
    }
    updateInterest(of: process)
  }

  /// Has the definitions that just came read elsewhere.
  private func readDefinitions(of process: LocationProcess) {
    for work in process.definitionsWork { definitionsReader?.read(work, of: process.key) }
    process.definitionsWork = []
  }

  /// Goes on with a process whose definitions were read elsewhere.
  func takeDefinitions(_ news: DefinitionsReader.News, of key: ProcessKey) {
    guard let process = processes[key] else { return }
    var inputs: [ControlPlane.Input] = []
    switch news {
    case .read(let reading): process.resume(with: reading, at: Clock.now(), into: &inputs)
    case .refused(let refusal): process.resume(after: refusal, into: &inputs)
    case .loaded(let loaded): process.take(loaded, into: &inputs)
    }
    // It was the host that took its time.
    inputs.append(.location(key.name, .ponged(key.generation)))
    take(inputs, of: process)
    noteBacklog(of: process)
    updateInterest(of: process)
    if process.hasExited { noteExit(of: process) } else { resumeReading(of: process) }
  }

  /// Ends the processes that closed their input or output and stayed: they will never answer.
  func endSilent(at now: HostInstant) {
    for (key, deadline) in silent where deadline <= now {
      silent[key] = nil
      guard let process = processes[key] else { continue }
      if let input = process.broke(process.closure) { handle(input) }
    }
  }

  // MARK: The end of a process

  /// Collects a process that has ended, once what it said before is read.
  func noteExit(of process: LocationProcess) {
    process.hasExited = true
    unwatch(.exit, of: process)
    // What a grandchild might add does not count.
    var inputs: [ControlPlane.Input] = []
    var rounds = 0
    while rounds < 64,
      process.read(budgetBytes: Self.readBudgetBytes, at: Clock.now(), into: &inputs)
    {
      rounds += 1
    }
    take(inputs, of: process)
    noteBacklog(of: process)
    readDefinitions(of: process)
    if !process.isAway, !process.awaitsLoading { reap(process) }
  }

  private func reap(_ process: LocationProcess) {
    var inputs: [ControlPlane.Input] = []
    process.reportDropped(at: Clock.now(), isUrgent: true, into: &inputs)
    process.noteUnfinishedLine()
    process.readErrors(budgetBytes: 4 * Self.errorsBudgetBytes)
    process.log.endProcess(generation: process.generation, at: Clock.wall())
    for input in inputs { handle(input) }
    guard let end = collect(process) else { return }
    let exited = ControlPlane.Input.exited(
      process.name,
      process.generation,
      reason: end.reason,
      tail: process.log.tail,
      code: end.code
    )
    takeEnd(exited, of: process)
  }

  /// Records what locations had left behind, and the sweep has ended.
  func noteLeftovers() {
    for left in launcher.takeLeftovers() {
      handle(.leftProcesses(left.location, left.generation, count: left.count))
    }
  }

  /// Takes the exit status of a process that has ended, and lets go of all that belonged to it.
  ///
  /// - Parameter process: The process.
  /// - Returns: How it ended, or nil while it runs.
  private func collect(_ process: LocationProcess) -> ExitVerdict.Verdict? {
    // Its group goes with it; before the reaping, while the number cannot mean another group.
    process.process.signalGroup(.kill)
    // Known as long as it is not reaped.
    let started = launcher.processesStarted(by: process)
    let end: ExitVerdict.Verdict
    do throws(SystemError) {
      guard let status = try process.process.reap() else { return nil }
      end = launcher.verdict(on: status, of: process)
    } catch {
      end = ExitVerdict.Verdict(reason: "an unknown exit status (\(error))")
    }
    launcher.sweep(after: process, started)
    forget(process)
    return end
  }

  private func forget(_ process: LocationProcess) {
    for end in Watch.End.allCases { close(end, of: process) }
    unread.remove(process.key)
    backlog.forget(process.key)
    silent[process.key] = nil
    processes[process.key] = nil
    definitionsReader?.forget(process.key)
  }

  /// Kills all children and collects them, without deciding anything any more.
  func endAll() {
    for process in processes.values { process.signal(.kill) }
    let deadline = Clock.now() + .seconds(5)
    do throws(SystemError) {
      // Who still asks for something is answered once the loop has ended.
      try poller.remove(mailbox.descriptor)
      var ready: [Poller.Ready] = []
      while !processes.isEmpty, Clock.now() < deadline {
        for process in processes.values where collect(process) == nil {
          for end in [Watch.End.input, .output, .errors] { close(end, of: process) }
        }
        if processes.isEmpty { return }
        try poller.wait(upToMilliseconds: 100, into: &ready)
      }
    } catch {
      // Teardown: they are killed, and without the poller nobody can wait for them.
    }
  }

  // MARK: Watching

  /// Begins to watch a process that has just been started.
  ///
  /// - Throws: ``LaunchFailure`` when the machine has no room for that; the process is gone then.
  private func watchAll(_ process: LocationProcess) throws(LaunchFailure) {
    processes[process.key] = process
    do throws(SystemError) {
      for end in [Watch.End.output, .errors, .exit] { try add(end, of: process) }
    } catch {
      process.signal(.kill)
      do throws(SystemError) {
        // It has just been killed: that takes no time.
        _ = try process.process.waitForExit()
      } catch {
        // Then nobody can collect it before the host ends.
      }
      forget(process)
      throw LaunchFailure(reason: "its process cannot be watched: \(error)")
    }
  }

  /// Watches an end; a process of which that fails is of no use any more.
  func watch(_ end: Watch.End, of process: LocationProcess) {
    do throws(SystemError) {
      try add(end, of: process)
    } catch {
      let refusal = WireRefusal(.pipe, "its pipes cannot be watched: \(error)")
      if let input = process.broke(refusal) { handle(input) }
    }
  }

  private func add(_ end: Watch.End, of process: LocationProcess) throws(SystemError) {
    guard tokens[process.key]?[end] == nil else { return }
    let token = nextToken
    nextToken += 1
    let interest: Poller.Interest = end == .input ? .write : .read
    if let fault = configuration.faults.watch?(process.name, end.rawValue) { throw fault }
    try poller.add(descriptor(end, of: process), token: token, interest: interest)
    watches[token] = Watch(key: process.key, end: end)
    tokens[process.key, default: [:]][end] = token
  }

  func unwatch(_ end: Watch.End, of process: LocationProcess) {
    guard let token = tokens[process.key]?.removeValue(forKey: end) else { return }
    if tokens[process.key]?.isEmpty == true { tokens[process.key] = nil }
    watches[token] = nil
    do throws(SystemError) {
      try poller.remove(descriptor(end, of: process))
    } catch {
      preconditionFailure("location \"\(process.name)\" cannot be left unwatched: \(error)")
    }
  }

  /// Closes a pipe, which the poller must have forgotten before: a child that is just being spawned
  /// has a copy of it, and the poller would go on to report that.
  func close(_ end: Watch.End, of process: LocationProcess) {
    unwatch(end, of: process)
    descriptor(end, of: process).close()
  }

  private func descriptor(_ end: Watch.End, of process: LocationProcess) -> Descriptor {
    switch end {
    case .input: process.input
    case .output: process.output
    case .errors: process.errors
    case .exit: process.process.pidfd
    }
  }

  /// Watches the input for as long as it did not take all there was, and closes what is done with.
  func updateInterest(of process: LocationProcess) {
    if process.hasFinishedInput, !process.input.isClosed {
      close(.input, of: process)
      if process.hasRefusedInput, silent[process.key] == nil {
        silent[process.key] = Clock.now() + Self.exitGrace
      }
    } else if process.wantsToWrite {
      watch(.input, of: process)
    } else {
      unwatch(.input, of: process)
    }
  }
}

extension LocationProcess {
  /// What it did wrong that has closed a pipe and stays.
  fileprivate var closure: WireRefusal {
    guard hasEndedOutput else {
      return WireRefusal(.pipe, "closed its standard input, but did not end")
    }
    let rest = stream.unfinishedLine.map { ", after \($0)" } ?? ""
    return WireRefusal(.closed, "closed its standard output, but did not end\(rest)")
  }

  var key: HostLoop.ProcessKey { HostLoop.ProcessKey(name: name, generation: generation) }
}
