import HanseAPI
import HanseHost
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
    guard let workspace = context.source.load.workspace else { return try reportUnusable() }
    return try withLocations(of: workspace) { session in
      let diagnostics = try session.all(APIPath.diagnostics, of: Diagnostic.self)
      let locations = try session.all(APIPath.locations, of: LocationDocument.self)
      let found = Self.sorted(diagnostics).map { Self.ownFix($0, locations) }
      try show(found, locations)
      if format == "text" {
        let assets = locations.reduce(0) { $0 + $1.assetCount }
        try summarize(found, locations: locations.count, assets: assets)
      }
      return found.contains { $0.severity == .error } ? .failed : .good
    }
  }

  /// Starts the locations as the file has them now, with a state directory that nobody else knows.
  ///
  /// What a running host has loaded may be older than the file, and its state is no concern of a
  /// check: neither is asked, and nothing is left behind.
  private func withLocations(
    of workspace: Workspace,
    _ body: (Session) throws -> CommandStatus
  ) throws -> CommandStatus {
    // One beginning: a signal between the directory and its host would leave one of them behind.
    let (scratch, host) = try SignalWatch.begin {
      let scratch = try Files.makeTemporaryDirectory(prefix: "hanse-check-")
      SignalWatch.beforeEarlyEnd { Self.remove(scratch) }
      do {
        return (scratch, try startHost(of: workspace, in: scratch))
      } catch {
        Self.remove(scratch)
        throw error
      }
    }
    defer { Self.remove(scratch) }
    let session = try Session(host, context.console)
    defer { session.close() }
    return try body(session)
  }

  private func startHost(of workspace: Workspace, in scratch: String) throws -> Host {
    var workspace = workspace
    workspace.storage.path = scratch
    let problems = context.source.load.problems
    guard let host = try Session.startHost(workspace, problems, context.environment) else {
      preconditionFailure("somebody else has \(scratch), which was made just now")
    }
    return host
  }

  /// The state of the check is gone with it, and its logs too: their last lines are shown instead.
  private static func ownFix(
    _ diagnostic: Diagnostic,
    _ locations: [LocationDocument]
  ) -> Diagnostic {
    guard diagnostic.code == .locationFailed,
      let location = locations.first(where: { $0.name == diagnostic.location })
    else { return diagnostic }
    var own = diagnostic
    own.fix = CheckMessages.mend(location)
    return own
  }

  private static func remove(_ scratch: String) {
    do throws(SystemError) {
      try Files.removeTree(scratch)
    } catch {
      // Teardown: what is left lies in the temporary directory of the system.
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

  private func show(
    _ diagnostics: [Diagnostic],
    _ locations: [LocationDocument] = []
  ) throws {
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
        let failed = diagnostic.code == .locationFailed ? diagnostic.location : nil
        let tail = locations.first { $0.name == failed }?.lastStandardError ?? []
        try console.lines(DiagnosticText.lines(diagnostic, standardError: tail, console.paint))
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
