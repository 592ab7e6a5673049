import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// `hanse events`: the log, and with `--follow` what comes.
struct EventsCommand {
  private static let perPage = 1000

  private let context: CommandContext
  private let filter: [String: String]

  init(_ context: CommandContext) {
    self.context = context
    var filter: [String: String] = [:]
    filter["run"] = context.invocation.value("run")
    let kinds = context.invocation.allValues("kind")
    if !kinds.isEmpty { filter["kind"] = kinds.joined(separator: ",") }
    self.filter = filter
  }

  func run() throws -> CommandStatus {
    try context.withStored { session in
      var last = Int64(context.invocation.number("after") ?? 0)
      let first = last
      try readPages(session, after: &last)
      guard context.invocation.has("follow") else {
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

  private func readPages(_ session: Session, after last: inout Int64) throws {
    while true {
      var query = filter
      query["after"] = "\(last)"
      query["limit"] = "\(Self.perPage)"
      let page: Page<Event> = try session.get(APIPath.events, query: query)
      try show(page.items)
      last = page.items.last?.sequence ?? last
      if page.next == nil { return }
    }
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
      return closed == nil && context.signals.count == 0
    }
    if let closed { throw closed }
  }

  /// Without a host to ask, the log is looked at when a host, or a command, has written to it.
  private func watch(_ session: Session, after last: inout Int64) throws {
    let changes = try FileChanges([session.state.lock], of: [.attributes], context.signals)
    context.console.note(ListingMessages.waitingForEvents)
    repeat { try readPages(session, after: &last) } while try changes.wait() == .changed
  }

  private func show(_ events: [Event]) throws(OutputClosed) {
    let console = context.console
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
