import HanseModel
import HanseSystem
import HanseTesting

/// `hanse conform`: shows whether a location's program keeps to the protocol.
struct ConformCommand {
  private let invocation: Invocation
  private let console: Console

  init(_ invocation: Invocation, _ console: Console) {
    self.invocation = invocation
    self.console = console
  }

  func run() throws -> CommandStatus {
    let suite = ConformanceSuite(
      ConformanceSuite.Program(
        executable: try executable(),
        arguments: Array(invocation.operands.dropFirst()),
        environment: Environment.all()
      ),
      asset: try asset()
    )
    let report = try suite.run()
    if let path = invocation.value("junit") {
      try JUnitFile.write(report.junit, to: path)
    }
    if console.isJSON { try console.document(report.json) } else { try show(report) }
    return report.isGood ? .good : .failed
  }

  /// The asset whose step is tried, if one is named.
  private func asset() throws -> AssetKey? {
    guard let text = invocation.value("asset") else { return nil }
    let key = AssetKey(text)
    guard let problem = key.problem else { return key }
    throw CommandError(
      .wrongUsage,
      "\"\(text.visibleLine)\" is no key of an asset: \(problem); give --asset one as `hanse "
        + "assets` lists them"
    )
  }

  /// The program's path; a name without a slash is looked for in PATH.
  private func executable() throws -> String {
    let given = invocation.operands.first ?? ""
    let folders = given.contains("/") ? [] : (Environment.value("PATH") ?? "").split(separator: ":")
    let candidates =
      given.contains("/") ? [given] : folders.map { Paths.join(String($0), given) }
    for path in candidates {
      do throws(SystemError) {
        guard let status = try Files.status(path), status.isRegular, status.isExecutable
        else { continue }
      } catch {
        // What may not be looked at may not be run either; the next folder may have it.
        continue
      }
      return Paths.absolute(path, relativeTo: try Files.currentDirectory())
    }
    throw CommandError(
      .wrongUsage,
      "there is no program \"\(given.visibleLine)\"; name a file that may be executed, with a slash, "
        + "or a program of PATH"
    )
  }

  private func show(_ report: ConformanceReport) throws {
    var table = Table([
      Table.Column("CHECK"), Table.Column("RESULT"), Table.Column("SEEN", shrinksTo: 30),
    ])
    for result in report.results {
      let style: Style =
        switch result.verdict {
        case .conforms: .good
        case .fails: .bad
        case .skipped: .caution
        }
      table.add(
        Table.Cell(result.check),
        Table.Cell(result.verdict.rawValue, style),
        Table.Cell(result.seen)
      )
    }
    try console.table(table)
    for result in report.results where result.verdict == .fails {
      try console.lines(["", "\(result.check): \(result.demand) (\(result.section))"])
      try console.line("  seen: \(result.seen.visibleLine)")
      try console.lines(ConformMessages.standardError(result.standardError))
    }
    try console.lines([""] + ConformMessages.summary(report))
  }
}
