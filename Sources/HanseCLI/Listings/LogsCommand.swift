import HanseAPI
import HanseModel
import HanseWorkspace

/// `hanse logs LOCATION|RUN`: what was written to standard error.
struct LogsCommand {
  private static let shownLines = 200

  private let context: CommandContext

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    try context.withStored { session in
      let path = try path(in: session)
      let follows = context.invocation.has("follow")
      if follows { context.signals.beginCounting() }
      let count = context.invocation.number("lines") ?? Self.shownLines
      var page: Page<ComputeLogLine> = try session.get(path, query: ["lines": "\(max(1, count))"])
      let shown = page.items.suffix(count)
      if context.console.isJSON, !follows {
        page.items = Array(shown)
        return try context.console.document(page)
      }
      try show(shown)
      if follows { try follow(path, session, from: page.next) }
    }
    return .good
  }

  /// A name in the workspace is a location; anything else has to be a run.
  private func path(in session: Session) throws -> String {
    let subject = context.invocation.operands[0]
    let names = context.source.load.workspace?.locations.map(\.name.text) ?? []
    let broken = context.source.load.disabledLocations.compactMap(\.name?.text)
    if (names + broken).contains(subject) { return APIPath.logs(LocationName(subject)) }
    let answer = try session.send(.get(APIPath.run(subject)))
    if answer.problem?.status == 404 {
      let nearest = Spelling.nearest(to: subject, among: names)
      throw CommandError(.wrongUsage, ListingMessages.noSuchLog(subject, nearest: nearest))
    }
    if let problem = answer.problem { throw CommandError(.wrongUsage, problem.detail) }
    return APIPath.runLogs(subject)
  }

  /// Goes on from where each page ended, so that no line is lost or shown twice.
  private func follow(_ path: String, _ session: Session, from start: String?) throws {
    context.console.note(ListingMessages.followingLogs)
    var cursor = start
    var isIdle = false
    while !context.signals.wait(beyond: 0, for: isIdle ? .milliseconds(250) : .zero) {
      let query = cursor.map { ["cursor": $0] } ?? [:]
      let page: Page<ComputeLogLine> = try session.get(path, query: query)
      try show(page.items)
      cursor = page.next ?? cursor
      isIdle = page.items.isEmpty
    }
  }

  private func show(_ lines: some Collection<ComputeLogLine>) throws(OutputClosed) {
    guard !lines.isEmpty else { return }
    let console = context.console
    if console.isJSON {
      var bytes: [UInt8] = []
      for line in lines { bytes += JSONWriter.encode(line) + [UInt8(ascii: "\n")] }
      return try console.write(bytes)
    }
    try console.lines(
      lines.map { line in
        let head = "\(TimeText.clock(line.time)) \(line.location)"
        return "\(console.paint(head, .faint)) \(line.text.visibleLine)"
      }
    )
  }
}
