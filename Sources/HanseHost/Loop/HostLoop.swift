import HanseCore
import HanseGraph
import HanseModel
import HanseStore
import HanseSystem
import HanseWire
import HanseWorkspace

/// The host's one loop: feeds the control plane and performs what it decides.
///
/// Confined to its thread. It owns every child process and every pipe, and waits for nothing but the
/// poller, and the file system where a process is started.
final class HostLoop {
  /// The most that is read from one location before the others have their turn.
  static let readBudgetBytes = 256 << 10
  static let errorsBudgetBytes = 16 << 10
  /// What a pipe holds at most, as Linux makes it (pipe(7)).
  static let pipeBytes = 64 << 10
  private static let countsInterval = Duration.milliseconds(50)

  let configuration: HostConfiguration
  let state: StateDirectory
  let mailbox: Mailbox
  let published: Monitor<HostSnapshot>
  let feed: EventFeed
  var plane: ControlPlane
  /// Which process of which location; a location may have several while one takes over.
  struct ProcessKey: Hashable, Comparable, Sendable {
    var name: LocationName
    var generation: Generation

    static func < (left: Self, right: Self) -> Bool {
      (left.name, left.generation) < (right.name, right.generation)
    }
  }
  var processes: [ProcessKey: LocationProcess] = [:]
  let launcher: LocationLauncher
  /// Keeps what served; nil for a host that keeps nothing.
  let store: GenerationStore?
  /// Processes that are to be started from a kept binary, which is being looked at.
  var awaitingBinary: Set<ProcessKey> = []
  /// What the files of pinned locations contain, and how they looked when they were read.
  var pinnedFiles: [LocationName: (file: FileIdentity, digest: BinaryDigest)] = [:]
  /// How each location's file looked when it was last read.
  var seenFiles: [LocationName: FileIdentity] = [:]
  /// How the file looked that each process was started from.
  var launchedFiles: [ProcessKey: FileIdentity] = [:]
  /// Has a location's file read again; nil for a host that watches none.
  var lookAgain: ((LocationName, String) -> Void)?
  let poller: Poller
  private var writer: EventWriter?
  private var merger: GraphMerger?
  private(set) var definitionsReader: DefinitionsReader?

  /// Which end of which process a poller's token stands for.
  struct Watch {
    enum End: String, CaseIterable { case input, output, errors, exit }
    var key: ProcessKey
    var end: End
  }
  var watches: [UInt64: Watch] = [:]
  /// The token of each end that the poller watches.
  var tokens: [ProcessKey: [Watch.End: UInt64]] = [:]
  var nextToken: UInt64 = 1
  /// Processes that had more to say than their turn allowed.
  var unread: Set<ProcessKey> = []
  /// Processes that closed their input or output, and until when their exit is waited for.
  var silent: [ProcessKey: HostInstant] = [:]

  private var waitingInputs: [ControlPlane.Input] = []
  private var isHandling = false
  private var batch: [Event] = []
  /// Effects that the outside can see, behind the events that justify them.
  private(set) var gate: EffectGate
  /// What is not on disk yet, by who sent it.
  var backlog: EventBacklog
  /// What has to do with compute logs.
  var books = ComputeLogBook()
  /// That there is too little room to begin a run.
  private(set) var diskShortage: DiskShortage?
  private var needsPublishing = false
  /// Whether numbers of steps changed, which are published only so often.
  private var hasNewCounts = false
  private var publishedAt = HostInstant(nanoseconds: 0)
  private var nextTicket = 1
  private var launches: [Int: Promise<Result<RunID, HostError>>] = [:]
  private var cancels: [Int: Promise<Bool>] = [:]
  private var orders: [Int: Promise<Result<RunCoordinator.OrderOutcome, HostError>>] = [:]
  private var hasStopped = false
  private var mustEndNow = false
  /// Why the host ends, when nobody has asked it to.
  private(set) var failure: HostError?

  private static let mailboxToken: UInt64 = 0

  init(
    configuration: HostConfiguration,
    state: StateDirectory,
    mailbox: Mailbox,
    published: Monitor<HostSnapshot>,
    feed: EventFeed,
    past: PastEvents,
    kept: KeptGenerations,
    store: GenerationStore?
  ) throws(SystemError) {
    self.configuration = configuration
    self.state = state
    self.mailbox = mailbox
    self.published = published
    self.feed = feed
    gate = EffectGate(durable: past.lastSequence)
    backlog = EventBacklog(
      totalBytes: configuration.eventBacklogBytes,
      locations: configuration.workspace.locations.count
    )
    self.store = store
    poller = try Poller()
    launcher = try LocationLauncher(
      configuration: configuration,
      state: state,
      epoch: past.epoch,
      mailbox: mailbox
    )
    plane = ControlPlane(
      settings: configuration.settings,
      past: ControlPlane.Past(past, kept),
      seed: Random.uint64(),
      at: Clock.now()
    )
    plane.noteDurable(past.lastSequence)
    try poller.add(mailbox.descriptor, token: Self.mailboxToken, interest: .read)
  }

  /// Runs until everything has stopped.
  func run(
    writer: EventWriter,
    merger: GraphMerger,
    definitionsReader: DefinitionsReader,
    unfinished: [RunProgress]
  ) {
    self.writer = writer
    self.merger = merger
    self.definitionsReader = definitionsReader
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
    if mustEndNow || failure != nil { endAll() }
    launcher.close()
    if failure == nil {
      concludeLogs()
      noteLeftovers()
      flushBatch()
    }
    refuseCallers()
    feed.close()
    publish()
  }

  private func turn(_ ready: [Poller.Ready]) {
    // Those that had more to say come again without the poller, each after all others.
    let again = unread
    unread = []
    for event in ready { take(event) }
    for key in again.sorted() { readOutput(of: key) }
    endSilent(at: Clock.now())
    tendLogs(at: Clock.now())
    if let next = plane.nextWakeUp, next <= Clock.now() { handle(.tick) }
    flushBatch()
    if needsPublishing || hasNewCounts && Clock.now() >= countsDue { publish() }
  }

  private func pollTimeout() -> Int? {
    if !unread.isEmpty { return 0 }
    let times = [
      plane.nextWakeUp, silent.values.min(), books.nextWakeUp, hasNewCounts ? countsDue : nil,
    ]
    guard let next = times.compactMap(\.self).min() else { return nil }
    let nanoseconds = (next - Clock.now()).wholeNanoseconds
    return nanoseconds <= 0 ? 0 : Int((nanoseconds + 999_999) / 1_000_000)
  }

  private var countsDue: HostInstant { publishedAt + Self.countsInterval }

  // MARK: Inputs

  private func take(_ event: Poller.Ready) {
    if event.token == Self.mailboxToken {
      for message in mailbox.take() { take(message) }
      return
    }
    guard let watch = watches[event.token], let process = processes[watch.key] else { return }
    switch watch.end {
    case .input:
      if let input = process.flush() { handle(input) }
      updateInterest(of: process)
    case .output: readOutput(of: watch.key)
    case .errors: readErrors(of: process)
    case .exit: noteExit(of: process)
    }
  }

  private func take(_ message: LoopMessage) {
    switch message {
    case .launch(let creation, let promise):
      let ticket = makeTicket()
      launches[ticket] = promise
      handle(.launch(creation, ticket: ticket))
    case .cancel(let run, let forced, let principal, let promise):
      let ticket = makeTicket()
      cancels[ticket] = promise
      handle(.cancel(run, forced: forced, by: principal, ticket: ticket))
    case .order(let order, let promise):
      let ticket = makeTicket()
      orders[ticket] = promise
      handle(.order(order, ticket: ticket))
    case .location(let name, let event): handle(.location(name, event))
    case .input(let input): handle(input)
    case .inspect(let look): look(plane)
    case .publish(let promise):
      if needsPublishing { publish() }
      promise.fulfil(true)
    case .durable(let sequence):
      gate.advance(to: sequence)
      plane.noteDurable(sequence)
      feed.advance(to: sequence)
      releaseDeferred()
      releaseHeld(at: sequence)
    case .logFailed(let error):
      abandon(
        because: HostError(.eventLog, "the event log failed, so the host stopped: \(error)")
      )
    case .binarySeen(let name, let digest, let file): noteBinary(name, digest, file)
    case .foundBinary(let name, let generation, let found): takeBinary(found, name, generation)
    case .digested(let file): takePinned(file)
    case .leftovers: noteLeftovers()
    case .logNews(let name): takeLogNews(of: name)
    case .disk(.lost(let error)): abandon(because: error)
    case .disk(.shortage(let shortage)):
      diskShortage = shortage
      needsPublishing = true
    case .merged(let graph, let diagnostics, let took):
      handle(.merged(graph, diagnostics, took: took))
    case .definitions(let key, let news): takeDefinitions(news, of: key)
    case .stop: handle(.stop)
    case .endNow:
      mustEndNow = true
      hasStopped = true
    }
  }

  private func makeTicket() -> Int {
    defer { nextTicket += 1 }
    return nextTicket
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
      switch input {
      case .stepAnswer, .ignored: hasNewCounts = true
      default: break
      }
      for effect in plane.handle(input, now: Clock.now(), wall: Clock.wall()) { take(effect) }
    }
    waitingInputs.removeAll(keepingCapacity: true)
    isHandling = false
  }

  // MARK: Effects

  /// Performs an effect, or keeps it until the events before it are on disk.
  private func take(_ effect: ControlPlane.Effect) {
    if gate.admit(effect) { perform(effect) }
  }

  private func releaseDeferred() {
    while let effect = gate.release() { perform(effect) }
  }

  private func perform(_ effect: ControlPlane.Effect) {
    switch effect {
    case .record(let event): batch.append(event)
    case .spawn(let name, let generation): spawn(name, generation)
    case .send(let name, let generation, let command):
      if case .execute = command { hasNewCounts = true }
      send(command, to: name, generation)
    case .terminate(let name, let generation):
      let process = processes[ProcessKey(name: name, generation: generation)]
      process?.signal(.terminate)
      process?.signal(.continue)
    case .kill(let name, let generation):
      processes[ProcessKey(name: name, generation: generation)]?.signal(.kill)
    case .merge(let inputs, let previous): merger?.merge(inputs, previous: previous)
    case .publish: needsPublishing = true
    case .served(let name, let generation): noteServed(name, generation)
    case .launched(let ticket, let run): launches.removeValue(forKey: ticket)?.fulfil(.success(run))
    case .launchRefused(let ticket, let refusal):
      let code: HostError.Code = refusal == .stopping ? .stopping : .queueFull
      let error = HostError(code, refusal.description)
      launches.removeValue(forKey: ticket)?.fulfil(.failure(error))
    case .canceled(let ticket, let isKnown): cancels.removeValue(forKey: ticket)?.fulfil(isKnown)
    case .ordered(let ticket, let outcome):
      orders.removeValue(forKey: ticket)?.fulfil(outcome.mapError { HostError($0) })
    case .runFinished: break
    case .stopped: hasStopped = true
    }
  }

  private func flushBatch() {
    guard !batch.isEmpty else { return }
    writer?.append(batch)
    batch.removeAll(keepingCapacity: true)
  }

  /// The log cannot be written, or nobody will find it: nothing that happens from here on could be
  /// justified later.
  private func abandon(because error: HostError) {
    failure = failure ?? error
    hasStopped = true
  }

  /// Answers everybody who still waits: nothing will come any more.
  private func refuseCallers() {
    let failure = failure ?? HostError(.stopping, "the host has stopped")
    for promise in launches.values { promise.fulfil(.failure(failure)) }
    for promise in cancels.values { promise.fulfil(false) }
    for promise in orders.values { promise.fulfil(.failure(failure)) }
  }

  func notePublishing() { needsPublishing = true }

  private func publish() {
    needsPublishing = false
    hasNewCounts = false
    publishedAt = Clock.now()
    let snapshot = makeSnapshot()
    published.update { $0 = snapshot }
  }
}
