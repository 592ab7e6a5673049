import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// `hanse events`: the log, and with `--follow` what comes, to the end of the run if it is of one.
struct EventsCommand {
  private static let perPage = 1000
  /// How many of the last are shown before what comes.
  private static let shownBefore = 20

  private static let end = "run.finished"

  private let context: CommandContext
  private let filter: [String: String]
  /// What is asked for is shown; the end of a run that is followed is asked for in any case.
  private let hidesEnd: Bool

  init(_ context: CommandContext) {
    self.context = context
    var filter: [String: String] = [:]
    filter["run"] = context.invocation.value("run")
    var kinds = context.invocation.allValues("kind").flatMap { $0.split(separator: ",") }
    hidesEnd =
      context.invocation.has("follow") && context.invocation.value("run") != nil
      && !kinds.isEmpty && !kinds.contains(Substring(Self.end))
    if hidesEnd { kinds.append(Substring(Self.end)) }
    if !kinds.isEmpty { filter["kind"] = kinds.joined(separator: ",") }
    self.filter = filter
  }

  func run() throws -> CommandStatus {
    try Self.check(context.invocation.allValues("kind"))
    try context.withStored { session in
      let after = context.invocation.number("after").map { Int64($0) }
      let follows = context.invocation.has("follow")
      let begun = follows && after == nil && filter["run"] == nil ? Self.shownBefore : nil
      let first = after ?? 0
      var last = first
      // Asked before its events are read: those of a run that has ended are all there.
      let isOver = follows ? try runHasEnded(session) : true
      let sawEnd: Bool
      if let count = context.invocation.number("lines") ?? begun {
        sawEnd = try readLast(count, session, after: &last)
      } else {
        sawEnd = try readPages(session, after: &last)
      }
      if isOver || sawEnd {
        if last == first, !context.console.isJSON { context.console.note(ListingMessages.noEvents) }
        return
      }
      context.signals.beginCounting()
      if session.isLive {
        try stream(session, after: last)
      } else {
        try watch(session, after: &last)
      }
    }
    return .good
  }

  /// Refuses kinds that no event has before anything is opened.
  private static func check(_ kinds: [String]) throws(UsageError) {
    for kind in kinds.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) })
    where !EventPayload.knownKinds.contains(String(kind)) {
      throw .invalid(ListingMessages.unknownKind(String(kind)), command: .events)
    }
  }

  /// Whether the only run that is followed has nothing more to tell.
  private func runHasEnded(_ session: Session) throws -> Bool {
    guard let run = filter["run"] else { return false }
    let detail: RunDetailDocument = try session.get(APIPath.run(run))
    return detail.run.status.isFinished
  }

  /// Shows what there is, and returns whether the end of the run that is followed is among it.
  private func readPages(_ session: Session, after last: inout Int64) throws -> Bool {
    var sawEnd = false
    while true {
      var query = filter
      query["after"] = "\(last)"
      query["limit"] = "\(Self.perPage)"
      let page: Page<Event> = try session.get(APIPath.events, query: query)
      try show(page.items)
      last = page.items.last?.sequence ?? last
      sawEnd = sawEnd || page.items.contains(where: isEnd)
      if page.next == nil { return sawEnd }
    }
  }

  private func isEnd(_ event: Event) -> Bool {
    filter["run"] != nil && event.record.payload.kind == Self.end
  }

  private func isHidden(_ event: Event) -> Bool { hidesEnd && isEnd(event) }

  /// Shows the last events behind a place, the oldest first, and moves the place behind all of them.
  private func readLast(_ count: Int, _ session: Session, after last: inout Int64) throws -> Bool {
    var found: [Event] = []
    var shown: [Event] = []
    var before = Int64.max
    while true {
      var query = filter
      query["before"] = "\(before)"
      // With none to show, too, it takes one to know the place.
      query["limit"] = "\(min(max(1, count - shown.count), Self.perPage))"
      let page: Page<Event> = try session.get(APIPath.events, query: query)
      let first = last
      let fresh = page.items.prefix { $0.sequence > first }
      found += fresh
      shown += fresh.filter { !isHidden($0) }
      let isOver = page.next == nil || fresh.count < page.items.count || shown.count >= count
      guard !isOver, let oldest = fresh.last else { break }
      before = oldest.sequence
    }
    last = found.first?.sequence ?? last
    try show(shown.prefix(count).reversed())
    return found.contains(where: isEnd)
  }

  private func stream(_ session: Session, after last: Int64) throws {
    var query = filter
    query["after"] = "\(last)"
    var closed: OutputClosed?
    let bell = try StreamBell()
    context.signals.onSignal { _ in bell.ring() }
    // One that came before is told to nobody any more.
    if context.signals.count > 0 { return }
    try session.stream(APIPath.events, query: query, StreamPace(bell: bell)) { event in
      do throws(OutputClosed) {
        if let event { try show([event]) }
      } catch {
        closed = error
      }
      return closed == nil && context.signals.count == 0 && event.map(isEnd) != true
    }
    if let closed { throw closed }
  }

  /// Without a host to ask, the log is looked at when a host, or a command, has written to it.
  private func watch(_ session: Session, after last: inout Int64) throws {
    let changes = try FileChanges([session.state.lock], of: [.attributes], context.signals)
    context.console.note(ListingMessages.waitingForEvents)
    while try !readPages(session, after: &last), try changes.wait() == .changed {}
  }

  private func show(_ found: [Event]) throws(OutputClosed) {
    let console = context.console
    let events = found.filter { !isHidden($0) }
    guard !events.isEmpty else { return }
    if console.isJSON {
      var bytes: [UInt8] = []
      for event in events { bytes += JSONWriter.encode(event) + [UInt8(ascii: "\n")] }
      try console.write(bytes)
    } else {
      try console.lines(events.map { EventText.line($0, console.paint) })
    }
  }
}
