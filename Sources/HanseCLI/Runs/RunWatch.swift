import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// Watches one run: shows what happens, and passes Ctrl-C on to it.
struct RunWatch {
  /// The live view is drawn at most ten times a second, for nobody reads faster.
  private static let pause = Duration.milliseconds(100)
  /// Longer than any run: without a live view only events and Ctrl-C are waited for.
  private static let patience = Duration.seconds(24 * 3600)
  private static let eventsPerPage = "1000"

  private let session: Session
  private let console: Console
  private let signals: SignalWatch
  private var model: RunModel
  private var area: LiveArea
  private let isLive: Bool
  /// Rung by Ctrl-C.
  private let bell: StreamBell
  private var signalsSeen = 0
  private var nextDraw: UInt64 = 0
  /// When asking for the progress is next worth what it costs.
  private var nextLook: UInt64 = 0
  /// Nobody reads what is printed: the run is seen to its end all the same.
  private var isSilent: Bool
  private var standstill = Standstill(at: MonotonicClock.milliseconds())

  init(_ run: RunID, _ session: Session, _ context: CommandContext) throws {
    self.session = session
    console = context.console
    signals = context.signals
    model = RunModel(try session.get(APIPath.run(run.text)))
    area = LiveArea(context.console)
    isSilent = context.console.isQuiet || context.console.isJSON
    isLive =
      context.console.isOutputTerminal && !isSilent && context.environment["TERM"] != "dumb"
    bell = try StreamBell()
    let bell = bell
    signals.onSignal { _ in bell.ring() }
    if !isLive { say(RunMessages.launched(run, steps: model.steps.count)) }
  }

  mutating func untilFinished() throws {
    switch session.kind {
    case .own(let host): try watch(host)
    case .remote, .stored: try watchRemote()
    }
  }

  // MARK: A host of one's own

  private mutating func watch(_ host: Host) throws {
    signals.onSignal { _ in host.feed.wake() }
    while true {
      let durable = host.feed.durable
      try readEvents()
      show()
      if model.status.isFinished { return }
      try heedSignals()
      let (signals, seen) = (signals, signalsSeen)
      _ = host.feed.wait(after: durable, for: interval ?? Self.patience) {
        signals.count > seen
      }
      if host.feed.isClosed {
        throw lost(host.waitUntilStopped()?.description ?? SessionMessages.hostStopped)
      }
      // Many small events come as fast as they can; people read no faster than this.
      if isLive { _ = signals.wait(beyond: signalsSeen, for: Self.pause) }
    }
  }

  private func lost(_ reason: String) -> CommandError {
    CommandError(.failed, RunMessages.lostHost(model.id, reason))
  }

  // MARK: A running host

  private mutating func watchRemote() throws {
    while true {
      do {
        try receive()
      } catch let error as CommandError {
        throw lost(error.message)
      }
      if model.status.isFinished { return }
      try heedSignals()
    }
  }

  /// Takes each event as the host sends it, until the run has finished or somebody presses Ctrl-C.
  private mutating func receive() throws {
    let (session, signals) = (session, signals)
    try readEvents()
    show()
    if model.status.isFinished || signals.count > signalsSeen { return }
    let query = ["run": model.id.text, "after": "\(model.sequence)"]
    let pace = StreamPace(interval: interval, bell: bell)
    try session.stream(APIPath.events, query: query, pace) { event in
      if let event { take(event) }
      show()
      return !model.status.isFinished && signals.count == signalsSeen
    }
    // The stream of a host that goes on ends only when it is told to.
    if !model.status.isFinished, signals.count == signalsSeen {
      throw CommandError(.failed, SessionMessages.hostStopped)
    }
  }

  /// How often to look at the run while nothing happens; nil for not at all.
  private var interval: Duration? { isLive ? Self.pause : isSilent ? nil : Standstill.patience }

  // MARK: What happens

  private mutating func readEvents() throws {
    while true {
      let query = [
        "run": model.id.text, "after": "\(model.sequence)", "limit": Self.eventsPerPage,
      ]
      let page: Page<Event> = try session.get(APIPath.events, query: query)
      for event in page.items { take(event) }
      if page.next == nil { return }
    }
  }

  private mutating func take(_ event: Event) {
    standstill.noteEvent(startsStep: event.startsStep, at: MonotonicClock.milliseconds())
    guard let position = model.apply(event), !isLive else { return }
    let step = model.steps[position]
    say(RunLines.plain(step, at: event.record.time, paint: console.paint))
  }

  private mutating func show() {
    if isLive { drawIfLive() } else { tellOfStandstill() }
  }

  /// Says what the run waits for when nothing has happened in it for a while.
  private mutating func tellOfStandstill() {
    guard !isSilent, !model.status.isFinished, standstill.isDue(at: MonotonicClock.milliseconds())
    else { return }
    let run: RunDetailDocument
    do {
      run = try session.get(APIPath.run(model.id.text))
    } catch {
      // A host that is gone is told by whoever waits for its events.
      return
    }
    let now = Timestamp(milliseconds: WallClock.millisecondsSince1970())
    for wait in standstill.waits(of: run, at: MonotonicClock.milliseconds()) {
      say(
        RunLines.waiting(
          wait,
          of: model.id,
          at: now,
          canAsk: session.isRemote,
          paint: console.paint
        )
      )
    }
  }

  /// Draws the live view, unless it was drawn just now.
  private mutating func drawIfLive() {
    let moment = MonotonicClock.milliseconds()
    guard isLive, !isSilent, moment >= nextDraw || model.status.isFinished else { return }
    nextDraw = moment + UInt64(Self.pause.wholeMilliseconds)
    do {
      try lookAtProgress()
      let room = area.room
      let now = Timestamp(milliseconds: WallClock.millisecondsSince1970())
      try area.draw(
        RunLines.live(
          model,
          now: now,
          width: room.columns,
          height: room.lines,
          paint: console.paint
        )
      )
    } catch {
      isSilent = true
    }
  }

  /// Asks the host how far the steps are; the larger the run, the less often.
  private mutating func lookAtProgress() throws {
    let start = MonotonicClock.milliseconds()
    guard start >= nextLook, !model.status.isFinished else { return }
    model.update(try session.get(APIPath.run(model.id.text)))
    let took = MonotonicClock.milliseconds() - start
    nextLook = start + max(200, took * 10)
  }

  private mutating func say(_ line: String) {
    guard !isSilent else { return }
    do {
      try console.line(line)
    } catch {
      isSilent = true
    }
  }

  // MARK: Ctrl-C

  private mutating func heedSignals() throws {
    let count = signals.count
    while signalsSeen < count {
      signalsSeen += 1
      switch signalsSeen {
      case 1: try cancel(forced: false, RunMessages.canceling(model.id))
      case 2: try cancel(forced: true, RunMessages.forcing(model.id))
      default:
        console.warn(RunMessages.left(model.id))
        SelfProcess.exitNow(CommandStatus.interrupted.rawValue)
      }
    }
  }

  private mutating func cancel(forced: Bool, _ words: String) throws {
    do {
      try area.erase()
    } catch {
      isSilent = true
    }
    console.warn(words)
    let answer = try session.send(.post(APIPath.cancel(model.id.text), CancelOrder(forced: forced)))
    // A run that has ended meanwhile needs no canceling; its events say so.
    if let problem = answer.problem, problem.status != 409 {
      throw CommandError(.failed, problem.detail)
    }
  }
}

extension Event {
  fileprivate var startsStep: Bool {
    if case .stepStarted = record.payload { true } else { false }
  }
}
