import HanseAPI
import HanseGraph
import HanseModel

/// The commands that list what there is.
enum ListCommands {
  private static let shownRuns = 20
  private static let runsPerPage = 1000

  static func assets(_ context: CommandContext) throws -> CommandStatus {
    let selection = context.invocation.text
    try context.withLocations { session in
      let query = selection.isEmpty ? [:] : ["selection": selection]
      let assets = try session.all(APIPath.assets, query: query, of: AssetDocument.self)
      let nothing = assets.isEmpty ? try nothing(of: selection, context.console, session) : ""
      try show(assets, context.console, AssetsTable.make, nothing)
    }
    return .good
  }

  /// Why a selection brings nothing, with what was probably meant.
  static func nothing(
    of selection: String,
    _ console: Console,
    _ session: Session
  ) throws -> String {
    if selection.isEmpty { return ListingMessages.noAssets }
    // A program gets no words, so nothing more is asked for it.
    guard !console.isJSON, !console.isQuiet else { return "" }
    let all = try session.all(APIPath.assets, of: AssetDocument.self)
    let meant = try AssetSelection.parse(selection).nearMisses { attribute in
      Set(all.flatMap { $0.values(of: attribute) })
    }
    return ListingMessages.nothingSelected(selection, meant: meant)
  }

  static func runs(_ context: CommandContext) throws -> CommandStatus {
    let invocation = context.invocation
    let limit = invocation.number("limit") ?? shownRuns
    try context.withStored { session in
      let page = try newest(limit, status: invocation.value("status"), session)
      if context.console.isJSON { return try context.console.document(page) }
      let nothing =
        invocation.has("status") ? ListingMessages.noSuchRuns : ListingMessages.noRuns
      try show(page.items, context.console, RunsTable.make, nothing)
    }
    return .good
  }

  /// The newest runs; the API gives them in pages.
  private static func newest(
    _ limit: Int,
    status: String?,
    _ session: Session
  ) throws -> Page<RunDocument> {
    var query: [String: String] = [:]
    query["status"] = status
    var found = Page<RunDocument>(items: [])
    repeat {
      query["limit"] = "\(min(runsPerPage, limit - found.items.count))"
      query["cursor"] = found.next
      let page: Page<RunDocument> = try session.get(APIPath.runs, query: query)
      found = Page(items: found.items + page.items, next: page.next)
    } while found.next != nil && found.items.count < limit
    return found
  }

  static func run(_ context: CommandContext) throws -> CommandStatus {
    let id = context.invocation.operands[0]
    try context.withStored { session in
      let run: RunDetailDocument = try session.get(APIPath.run(id))
      let console = context.console
      if console.isJSON { return try console.document(run) }
      try console.lines(RunPage.lines(run, width: console.width, paint: console.paint))
    }
    return .good
  }

  /// Prints a listing as one document or as a table.
  private static func show<Item: JSONCodable>(
    _ items: [Item],
    _ console: Console,
    _ table: ([Item]) -> Table,
    _ nothing: String
  ) throws {
    if console.isJSON { return try console.document(Page(items: items)) }
    guard !items.isEmpty else { return console.note(nothing) }
    try console.table(table(items))
  }
}

extension AssetDocument {
  fileprivate func values(of attribute: SelectionExpression.Attribute) -> [String] {
    switch attribute {
    case .group: group.map { [$0] } ?? []
    case .location: location.map { [$0.text] } ?? []
    case .kind: kinds
    case .owner: owners
    }
  }
}
