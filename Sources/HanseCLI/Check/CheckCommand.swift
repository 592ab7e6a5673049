import HanseAPI
import HanseModel
import HanseSystem
import HanseWorkspace

/// `hanse check`: everything that is wrong with the workspace and its locations.
struct CheckCommand {
  private let context: CommandContext
  private let format: String

  init(_ context: CommandContext) {
    self.context = context
    format = context.invocation.value("format") ?? (context.console.isJSON ? "json" : "text")
  }

  func run() throws -> CommandStatus {
    let source = context.source
    guard source.load.workspace != nil else { return try reportUnusable() }
    return try context.withLocations(warns: false) { session in
      let diagnostics = try session.all(APIPath.diagnostics, of: Diagnostic.self)
      let locations = try session.all(APIPath.locations, of: LocationDocument.self)
      let found = Self.sorted(diagnostics)
      try show(found)
      if format == "text" {
        let assets = locations.reduce(0) { $0 + $1.assetCount }
        try summarize(found, locations: locations.count, assets: assets)
      }
      return found.contains { $0.severity == .error } ? .failed : .good
    }
  }

  /// A file that cannot be used is reported in the form that was asked for, too.
  private func reportUnusable() throws -> CommandStatus {
    if format == "text" {
      throw CommandError(.unusableWorkspace, Messages.unusable(context.source))
    }
    try show(
      context.source.load.problems.map { problem in
        Diagnostic(
          .invalidEntry,
          severity: problem.severity == .error ? .error : .warning,
          location: problem.location,
          message: problem.message,
          fix: CheckMessages.correctFile,
          source: problem.place
        )
      }
    )
    return .unusableWorkspace
  }

  private func show(_ diagnostics: [Diagnostic]) throws {
    let console = context.console
    switch format {
    case "json": try console.document(Page(items: diagnostics))
    case "sarif":
      let file = try Paths.absolute(context.source.path, relativeTo: Files.currentDirectory())
      let sarif = SARIF(
        diagnostics: diagnostics,
        version: Tool.version,
        root: Paths.directory(of: file),
        workspaceFile: file
      )
      try console.document(sarif.json)
    default:
      for diagnostic in diagnostics {
        try console.lines(DiagnosticText.lines(diagnostic, console.paint))
      }
    }
  }

  private func summarize(_ diagnostics: [Diagnostic], locations: Int, assets: Int) throws {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count { $0.severity == .warning }
    if context.console.isQuiet, errors == 0 { return }
    if !diagnostics.isEmpty { try context.console.line("") }
    try context.console.line(
      context.console.paint(
        CheckMessages.summary(
          errors: errors,
          warnings: warnings,
          locations: locations,
          assets: assets
        ),
        errors > 0 ? .bad : warnings > 0 ? .caution : .good
      )
    )
  }

  /// Errors first, then in the order in which the host tells them.
  private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    Diagnostic.Severity.allCases.sorted(by: >).flatMap { severity in
      diagnostics.filter { $0.severity == severity }
    }
  }
}
