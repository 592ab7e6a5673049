import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

/// `hanse logs LOCATION|RUN`: what was written to standard error.
struct LogsCommand {
  private static let shownLines = 200

  private let context: CommandContext

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    try context.withStored { session in
      let source = try source(in: session)
      let follows = context.invocation.has("follow")
      if follows { context.signals.beginCounting() }
      let count = context.invocation.number("lines") ?? Self.shownLines
      var page = try source.read(session, query: ["lines": "\(max(1, count))"])
      let shown = page.items.suffix(count)
      if context.console.isJSON, !follows {
        page.items = Array(shown)
        return try context.console.document(page)
      }
      try show(shown)
      if follows {
        try follow(source, session, from: page.next)
      } else if page.items.isEmpty {
        context.console.note(ListingMessages.nothingWritten)
      }
    }
    return .good
  }

  /// What lines are asked for.
  private struct Source {
    var path: String
    /// The log of a location, which need not be there; nil for a run.
    var file: String?

    func read(_ session: Session, query: [String: String]) throws -> Page<ComputeLogLine> {
      // A location that has never run has no log yet; a host knows it all the same.
      if let file, !session.isLive, Self.isMissing(file) { return Page(items: []) }
      return try session.get(path, query: query)
    }

    private static func isMissing(_ file: String) -> Bool {
      do throws(SystemError) {
        return try Files.status(file) == nil
      } catch {
        // It may be there: whoever reads it says what is in the way.
        return false
      }
    }
  }

  /// A name in the workspace is a location; anything else has to be a run.
  private func source(in session: Session) throws -> Source {
    let subject = context.invocation.operands[0]
    let names = try locations(in: session).map(\.text)
    let broken = context.source.load.disabledLocations.compactMap(\.name?.text)
    if (names + broken).contains(subject) {
      let name = LocationName(subject)
      return Source(path: APIPath.logs(name), file: session.state.computeLog(of: name))
    }
    let answer = try session.send(.get(APIPath.run(subject)))
    if answer.problem?.code == .unknownRun {
      let nearest = Spelling.nearest(to: subject, among: names)
      throw CommandError(.wrongUsage, ListingMessages.noSuchLog(subject, nearest: nearest))
    }
    if let problem = answer.problem {
      throw CommandError(Session.status(of: .problem(problem)), problem.detail)
    }
    return Source(path: APIPath.runLogs(subject))
  }

  /// The locations of the file; of one that cannot be used, what the host has read before.
  private func locations(in session: Session) throws -> [LocationName] {
    if let workspace = context.source.load.workspace { return workspace.locations.map(\.name) }
    return try session.all(APIPath.locations, of: LocationDocument.self).map(\.name)
  }

  /// Goes on from where each page ended, so that no line is lost or shown twice.
  private func follow(_ source: Source, _ session: Session, from start: String?) throws {
    let changes = try FileChanges(
      try files(in: session),
      of: [.modified, .appeared],
      context.signals
    )
    context.console.note(ListingMessages.followingLogs)
    var cursor = start
    repeat {
      // What was written before the watch began, or since the last look.
      while context.signals.count == 0 {
        let query = cursor.map { ["cursor": $0] } ?? [:]
        let page = try source.read(session, query: query)
        try show(page.items)
        let isBehind = page.next != nil && page.next != cursor
        cursor = page.next ?? cursor
        if !isBehind { break }
      }
    } while try changes.wait() == .changed
  }

  /// The logs that something may be written to: a run may reach any location.
  private func files(in session: Session) throws -> [String] {
    let known = try locations(in: session)
    let broken = context.source.load.disabledLocations.compactMap(\.name)
    let logs = session.state.computeLogs
    let found = Files.exists(logs) ? try Files.list(logs).filter { $0.hasSuffix(".log") } : []
    let paths = (known + broken).map { session.state.computeLog(of: $0) }
    return Set(paths + found.map { Paths.join(logs, $0) }).sorted()
  }

  private func show(_ lines: some Collection<ComputeLogLine>) throws(OutputClosed) {
    guard !lines.isEmpty else { return }
    let console = context.console
    if console.isJSON {
      var bytes: [UInt8] = []
      for line in lines { bytes += JSONWriter.encode(line) + [UInt8(ascii: "\n")] }
      return try console.write(bytes)
    }
    try console.lines(lines.map { LogText.line($0, console.paint) })
  }
}

/// A line of a compute log for people.
enum LogText {
  static func line(_ line: ComputeLogLine, _ paint: Paint) -> String {
    let head = "\(TimeText.clock(line.time)) \(line.location.text.visibleLine)"
    return "\(paint(head, .faint)) \(line.text.visibleLine)"
  }
}
