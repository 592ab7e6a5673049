import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// Watches one run: shows what happens, and passes Ctrl-C on to it.
struct RunWatch {
  /// At most ten times a second.
  private static let pause = Duration.milliseconds(100)
  private static let eventsPerPage = "1000"

  private let session: Session
  private let console: Console
  private let signals: SignalWatch
  private var model: RunModel
  private var area: LiveArea
  private let isLive: Bool
  private var signalsSeen = 0
  /// When asking for the progress is next worth what it costs.
  private var nextLook: UInt64 = 0
  /// Nobody reads what is printed: the run is seen to its end all the same.
  private var isSilent: Bool

  init(_ run: RunID, _ session: Session, _ context: CommandContext) throws {
    self.session = session
    console = context.console
    signals = context.signals
    model = RunModel(try session.get(APIPath.run(run.text)))
    area = LiveArea(context.console)
    isSilent = context.console.isQuiet || context.console.isJSON
    isLive =
      context.console.isOutputTerminal && !isSilent && context.environment["TERM"] != "dumb"
    if !isLive { say(RunMessages.launched(run, steps: model.steps.count)) }
  }

  mutating func untilFinished() throws {
    while true {
      let durable = ownHost?.feed.durable ?? 0
      try readEvents()
      if isLive, !isSilent { draw() }
      if model.status.isFinished { return }
      try heedSignals()
      try wait(after: durable)
    }
  }

  private var ownHost: Host? {
    if case .own(let host) = session.kind { host } else { nil }
  }

  private func wait(after durable: Int64) throws {
    guard let host = ownHost else {
      _ = signals.wait(beyond: signalsSeen, for: Self.pause)
      return
    }
    _ = host.feed.wait(after: durable, for: Self.pause)
    if host.feed.isClosed {
      let reason = host.waitUntilStopped()?.description ?? Messages.hostStopped
      throw CommandError(.failed, RunMessages.lostHost(model.id, reason))
    }
    // Many small events come as fast as they can; people read no faster than this.
    if isLive { _ = signals.wait(beyond: signalsSeen, for: Self.pause) }
  }

  // MARK: What happens

  private mutating func readEvents() throws {
    while true {
      let query = [
        "run": model.id.text, "after": "\(model.sequence)", "limit": Self.eventsPerPage,
      ]
      let page: Page<Event> = try session.get(APIPath.events, query: query)
      for event in page.items {
        guard let position = model.apply(event), !isLive else { continue }
        let step = model.steps[position]
        say(RunLines.plain(step, at: event.record.time, paint: console.paint))
      }
      if page.next == nil { return }
    }
  }

  private mutating func draw() {
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
