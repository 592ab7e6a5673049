import HanseCore
import HanseGraph
import HanseModel
import HanseStore
import HanseSystem
import HanseWire
import HanseWorkspace

/// The host's one loop: feeds the control plane and performs what it decides.
///
/// Confined to its thread. It owns every child process and every pipe; nothing in it waits for
/// anything but the poller.
final class HostLoop {
  /// The most that is read from one location before the others have their turn.
  static let readBudgetBytes = 256 << 10
  static let errorsBudgetBytes = 64 << 10

  let configuration: HostConfiguration
  let state: StateDirectory
  let mailbox: Mailbox
  let published: Monitor<HostSnapshot>
  let feed: EventFeed
  var plane: ControlPlane
  var processes: [LocationName: LocationProcess] = [:]
  let launcher: LocationLauncher
  private let poller: Poller
  private var writer: EventWriter?
  private var merger: GraphMerger?

  /// Which end of which process a poller's token stands for.
  private enum End { case input, output, errors, exit }
  private var tokens: [UInt64: (name: LocationName, generation: Generation, end: End)] = [:]
  private var nextToken: UInt64 = 1
  /// The token of each input that the poller watches, because it did not take all there was.
  private var writing: [LocationName: UInt64] = [:]
  /// Processes that had more to say than their turn allowed.
  private var unread: Set<LocationName> = []

  private var waitingInputs: [ControlPlane.Input] = []
  private var isHandling = false
  private var batch: [Event] = []
  private var recorded: Int64 = 0
  private var durable: Int64 = 0
  /// Effects that the outside can see, behind the events that justify them.
  private var deferred: [(after: Int64, effect: ControlPlane.Effect)] = []
  private var deferredHead = 0
  private var needsPublishing = false
  private var nextTicket = 1
  private var launches: [Int: Promise<Result<RunID, HostError>>] = [:]
  private var cancels: [Int: Promise<Bool>] = [:]
  private var hasStopped = false
  private(set) var logFailure: EventLogError?

  private static let mailboxToken: UInt64 = 0

  init(
    configuration: HostConfiguration,
    state: StateDirectory,
    mailbox: Mailbox,
    published: Monitor<HostSnapshot>,
    feed: EventFeed,
    past: PastEvents
  ) throws(SystemError) {
    self.configuration = configuration
    self.state = state
    self.mailbox = mailbox
    self.published = published
    self.feed = feed
    recorded = past.lastSequence
    durable = past.lastSequence
    poller = try Poller()
    launcher = LocationLauncher(configuration: configuration, state: state, epoch: past.epoch)
    plane = ControlPlane(
      settings: configuration.settings,
      past: ControlPlane.Past(
        epoch: past.epoch,
        nextSequence: past.lastSequence + 1,
        generations: past.generations,
        latest: Dictionary(past.latest.map { ($0.asset, $0) }) {
          $0.sequence > $1.sequence ? $0 : $1
        }
      ),
      seed: Random.uint64(),
      at: Clock.now()
    )
    try poller.add(mailbox.descriptor, token: Self.mailboxToken, interest: .read)
  }

  /// Runs until everything has stopped.
  func run(writer: EventWriter, merger: GraphMerger, unfinished: [RunProgress]) {
    self.writer = writer
    self.merger = merger
    handle(.start(unfinished))
    flushBatch()
    var ready: [Poller.Ready] = []
    while !hasStopped {
      do throws(SystemError) {
        try poller.wait(upToMilliseconds: pollTimeout(), into: &ready)
      } catch {
        preconditionFailure("the poller itself failed: \(error)")
      }
      turn(ready)
    }
    feed.close()
    publish()
  }

  private func turn(_ ready: [Poller.Ready]) {
    // Those that had more to say come again without the poller, each after all others.
    let again = unread
    unread = []
    for event in ready { take(event) }
    for name in again.sorted() { readOutput(of: name) }
    if let next = plane.nextWakeUp, next <= Clock.now() { handle(.tick) }
    flushBatch()
    if needsPublishing { publish() }
  }

  private func pollTimeout() -> Int? {
    if !unread.isEmpty { return 0 }
    guard let next = plane.nextWakeUp else { return nil }
    let nanoseconds = (next - Clock.now()).wholeNanoseconds
    return nanoseconds <= 0 ? 0 : Int((nanoseconds + 999_999) / 1_000_000)
  }

  // MARK: Inputs

  private func take(_ event: Poller.Ready) {
    if event.token == Self.mailboxToken {
      for message in mailbox.take() { take(message) }
      return
    }
    guard let (name, generation, end) = tokens[event.token],
      let process = processes[name], process.generation == generation
    else { return }
    switch end {
    case .input:
      if let input = process.flush() { handle(input) }
      updateInterest(of: process)
    case .output: readOutput(of: name)
    case .errors:
      process.readErrors(budgetBytes: Self.errorsBudgetBytes)
      if process.errors.isClosed { tokens[event.token] = nil }
    case .exit: reap(process)
    }
  }

  private func take(_ message: LoopMessage) {
    switch message {
    case .launch(let creation, let promise):
      let ticket = makeTicket()
      launches[ticket] = promise
      handle(.launch(creation, ticket: ticket))
    case .cancel(let run, let forced, let promise):
      let ticket = makeTicket()
      cancels[ticket] = promise
      handle(.cancel(run, forced: forced, ticket: ticket))
    case .location(let name, let event): handle(.location(name, event))
    case .inspect(let look): look(plane)
    case .durable(let sequence):
      durable = sequence
      feed.advance(to: sequence)
      releaseDeferred()
    case .logFailed(let error): abandon(because: error)
    case .merged(let graph, let diagnostics, let took):
      handle(.merged(graph, diagnostics, took: took))
    case .stop: handle(.stop)
    }
  }

  private func makeTicket() -> Int {
    defer { nextTicket += 1 }
    return nextTicket
  }

  private func readOutput(of name: LocationName) {
    guard let process = processes[name] else { return }
    var inputs: [ControlPlane.Input] = []
    if process.read(budgetBytes: Self.readBudgetBytes, at: Clock.now(), into: &inputs) {
      unread.insert(name)
    }
    if process.output.isClosed { endOfOutput(of: process, into: &inputs) }
    for input in inputs { handle(input) }
    updateInterest(of: process)
  }

  /// A location that closes its output has nothing more to say; its exit should follow at once.
  private func endOfOutput(of process: LocationProcess, into inputs: inout [ControlPlane.Input]) {
    inputs.append(
      .location(process.name, .broke(process.generation, reason: "closed its output"))
    )
  }

  private func reap(_ process: LocationProcess) {
    // What it said before it died still counts; what a grandchild might add does not.
    var inputs: [ControlPlane.Input] = []
    var rounds = 0
    while rounds < 64,
      process.read(budgetBytes: Self.readBudgetBytes, at: Clock.now(), into: &inputs)
    {
      rounds += 1
    }
    for input in inputs { handle(input) }
    process.readErrors(budgetBytes: 4 * Self.errorsBudgetBytes)
    process.log.endProcess(generation: process.generation, at: Clock.wall())
    // Its group goes with it; before the reaping, while the number cannot mean another group.
    process.process.signalGroup(.kill)
    let reason: String
    do throws(SystemError) {
      guard let status = try process.process.reap() else { return }
      reason = "\(status)"
    } catch {
      reason = "an unknown exit status (\(error))"
    }
    forget(process)
    handle(
      .exited(process.name, process.generation, reason: reason, tail: process.log.tail)
    )
  }

  /// Feeds one input and performs what comes of it.
  ///
  /// An input that arises while effects are performed waits until they all are: events are numbered
  /// in the order in which they were decided, and must be written in it.
  func handle(_ input: ControlPlane.Input) {
    waitingInputs.append(input)
    guard !isHandling else { return }
    isHandling = true
    var next = 0
    while next < waitingInputs.count {
      let input = waitingInputs[next]
      next += 1
      for effect in plane.handle(input, now: Clock.now(), wall: Clock.wall()) { perform(effect) }
    }
    waitingInputs.removeAll(keepingCapacity: true)
    isHandling = false
  }

  // MARK: Effects

  private func perform(_ effect: ControlPlane.Effect) {
    switch effect {
    case .record(let event):
      batch.append(event)
      recorded = event.sequence
    case .spawn(let name, let generation): spawn(name, generation)
    case .send(_, _, .execute), .send(_, _, .cancel), .launched, .launchRefused, .canceled,
      .runFinished, .stopped:
      if recorded <= durable, deferredHead == deferred.count {
        performVisible(effect)
      } else {
        deferred.append((recorded, effect))
      }
    case .send(let name, let generation, let command): send(command, to: name, generation)
    case .terminate(let name, let generation):
      guard let process = processes[name], process.generation == generation else { return }
      process.process.signalGroup(.terminate)
      process.process.signalGroup(.continue)
    case .kill(let name, let generation):
      guard let process = processes[name], process.generation == generation else { return }
      process.process.signalGroup(.kill)
    case .merge(let inputs, let previous): merger?.merge(inputs, previous: previous)
    case .publish: needsPublishing = true
    }
  }

  private func performVisible(_ effect: ControlPlane.Effect) {
    switch effect {
    case .send(let name, let generation, let command): send(command, to: name, generation)
    case .launched(let ticket, let run): launches.removeValue(forKey: ticket)?.fulfil(.success(run))
    case .launchRefused(let ticket, let reason):
      launches.removeValue(forKey: ticket)?.fulfil(.failure(HostError(.stopping, reason)))
    case .canceled(let ticket, let isKnown): cancels.removeValue(forKey: ticket)?.fulfil(isKnown)
    case .stopped: hasStopped = true
    case .runFinished, .record, .spawn, .terminate, .kill, .merge, .publish: break
    }
  }

  private func releaseDeferred() {
    while deferredHead < deferred.count, deferred[deferredHead].after <= durable {
      let effect = deferred[deferredHead].effect
      deferredHead += 1
      performVisible(effect)
    }
    if deferredHead == deferred.count {
      deferred.removeAll(keepingCapacity: true)
      deferredHead = 0
    } else if deferredHead > 4096 {
      deferred.removeSubrange(..<deferredHead)
      deferredHead = 0
    }
  }

  private func flushBatch() {
    guard !batch.isEmpty else { return }
    writer?.append(batch)
    batch.removeAll(keepingCapacity: true)
  }

  // MARK: Processes

  private func spawn(_ name: LocationName, _ generation: Generation) {
    do throws(LaunchFailure) {
      let process = try launcher.launch(name, generation, at: Clock.now())
      processes[name] = process
      watch(process)
      handle(.spawned(name, generation, processID: Int(process.process.pid)))
    } catch {
      handle(.location(name, .spawnFailed(generation, reason: error.reason)))
    }
  }

  private func watch(_ process: LocationProcess) {
    add(process.output, .output, of: process)
    add(process.errors, .errors, of: process)
    add(process.process.pidfd, .exit, of: process)
  }

  private func add(_ descriptor: Descriptor, _ end: End, of process: LocationProcess) {
    do throws(SystemError) {
      try poller.add(
        descriptor,
        token: nextToken,
        interest: end == .input ? .write : .read
      )
      tokens[nextToken] = (process.name, process.generation, end)
      nextToken += 1
    } catch {
      preconditionFailure("descriptor \(descriptor.number) cannot be watched: \(error)")
    }
  }

  private func updateInterest(of process: LocationProcess) {
    let wants = process.wantsToWrite && !process.input.isClosed
    if wants, writing[process.name] == nil {
      writing[process.name] = nextToken
      add(process.input, .input, of: process)
    } else if !wants, let token = writing.removeValue(forKey: process.name) {
      tokens[token] = nil
      // A closed descriptor has left the poller by itself.
      if !process.input.isClosed { try? poller.remove(process.input) }
    }
  }

  private func send(
    _ command: ControlPlane.Command,
    to name: LocationName,
    _ generation: Generation
  ) {
    guard let process = processes[name], process.generation == generation else { return }
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
  }

  private func forget(_ process: LocationProcess) {
    tokens = tokens.filter { $0.value.name != process.name }
    writing[process.name] = nil
    unread.remove(process.name)
    process.input.close()
    process.output.close()
    process.errors.close()
    launcher.keep(process.log, of: process.name)
    processes[process.name] = nil
  }

  /// The log cannot be written: nothing that happens from here on could be justified later.
  private func abandon(because error: EventLogError) {
    logFailure = error
    for process in processes.values { process.process.signalGroup(.kill) }
    for promise in launches.values {
      promise.fulfil(.failure(HostError(.eventLog, "the event log failed: \(error)")))
    }
    hasStopped = true
  }

  private func publish() {
    needsPublishing = false
    let snapshot = makeSnapshot()
    published.update { $0 = snapshot }
  }
}
