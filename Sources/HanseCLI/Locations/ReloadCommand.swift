import HanseAPI
import HanseModel
import HanseWorkspace

/// `hanse reload`: takes the limits of a changed workspace file, or starts the files of one location
/// or of all anew, and tells what came of it.
struct ReloadCommand {
  private let context: CommandContext
  private var console: Console { context.console }
  private var waits: Bool { !context.invocation.has("no-wait") }

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    var status = CommandStatus.good
    // What this is for is in the file.
    guard context.source.load.workspace != nil else {
      throw CommandError(.unusableWorkspace, Messages.unusable(context.source))
    }
    try context.withStored { session in
      status =
        try context.invocation.operands.first.map { try reload(LocationName($0), session) }
        ?? reloadAll(session)
    }
    return status
  }

  private func reload(_ name: LocationName, _ session: Session) throws -> CommandStatus {
    let before = try session.get(APIPath.location(name), as: LocationDocument.self)
    let path = APIPath.action(.reload, name)
    var after: LocationDocument = try session.post(path, JSONValue.object([]))
    guard waits else {
      if console.isJSON { try console.document(after) } else { try tell(after) }
      return .good
    }
    after = try decided(after, session)
    let outcome = ReloadOutcome(before, after)
    if console.isJSON {
      try console.document(after)
    } else {
      try tell(outcome, before, after)
    }
    return outcome == .refused ? .failed : .good
  }

  private func reloadAll(_ session: Session) throws -> CommandStatus {
    let page = try session.get(APIPath.locations, as: Page<LocationDocument>.self)
    var document: ReloadDocument = try session.post(APIPath.reload, JSONValue.object([]))
    guard waits, document.applied.isEmpty, document.pending.isEmpty else {
      if console.isJSON {
        try console.document(document)
      } else {
        try console.lines(LocationMessages.reloaded(document))
      }
      return .good
    }
    var status = CommandStatus.good
    for index in document.items.indices {
      let name = document.items[index].name
      document.items[index] = try decided(document.items[index], session)
      guard let before = page.items.first(where: { $0.name == name }) else { continue }
      let outcome = ReloadOutcome(before, document.items[index])
      if outcome == .refused { status = .failed }
      if !console.isJSON { try tell(outcome, before, document.items[index]) }
    }
    if console.isJSON { try console.document(document) }
    return status
  }

  /// Waits until what was started serves, or has failed: the time limits of its start see to that.
  private func decided(
    _ location: LocationDocument,
    _ session: Session
  ) throws -> LocationDocument {
    var seen = location
    while !seen.isDecided, context.signals.count == 0 {
      seen = try session.get(
        APIPath.location(location.name),
        query: ["decidedWithinMilliseconds": "10000"],
        as: LocationDocument.self
      )
    }
    return seen
  }

  private func tell(_ location: LocationDocument) throws {
    try console.line(LocationMessages.state(of: location))
  }

  private func tell(
    _ outcome: ReloadOutcome,
    _ before: LocationDocument,
    _ after: LocationDocument
  ) throws {
    switch outcome {
    case .tookOver: try console.line(LocationMessages.tookOver(before, after))
    case .refused: console.fail(LocationMessages.refused(after))
    case .unchanged: try console.line(LocationMessages.unchanged(after))
    }
  }
}
