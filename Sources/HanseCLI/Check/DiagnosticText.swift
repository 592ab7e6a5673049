import HanseModel

/// A diagnostic for people: where, how bad, what, and what to do.
enum DiagnosticText {
  private static let shownErrorLines = 8

  /// - Parameters:
  ///   - diagnostic: What is said.
  ///   - standardError: The last lines of a location that has failed.
  ///   - paint: Colours, or none.
  /// - Returns: The lines, the fix last.
  static func lines(
    _ diagnostic: Diagnostic,
    standardError: [String] = [],
    _ paint: Paint
  ) -> [String] {
    let place = diagnostic.source.map { "\($0): " } ?? ""
    let kind = paint("\(diagnostic.severity.rawValue):", style(of: diagnostic.severity))
    let code = namesItsFault(diagnostic) ? "" : paint(" [\(diagnostic.code.rawValue)]", .faint)
    let message = diagnostic.message.visible.split(separator: "\n").map(String.init)
    let first =
      "\(place.visible)\(kind) \(owner(of: diagnostic).visibleLine)\(message.first ?? "")\(code)"
    var lines = [first] + message.dropFirst().map { "  \($0)" }
    let tail = standardError.suffix(shownErrorLines)
    if !tail.isEmpty {
      lines.append("  \(RunMessages.standardErrorTitle)")
      lines += tail.map { paint("    \($0.visibleLine)", .faint) }
    }
    return lines + [CheckMessages.fix(diagnostic.fix.visibleLine)]
  }

  /// Whether the message has a code that tells more than the diagnostic's own.
  private static func namesItsFault(_ diagnostic: Diagnostic) -> Bool {
    diagnostic.code == .locationFailed
      && ["[LOC-", "[WIRE-"].contains { diagnostic.message.contains($0) }
  }

  /// Says whose entry of the workspace it is; other diagnostics name their location themselves.
  private static func owner(of diagnostic: Diagnostic) -> String {
    guard diagnostic.code == .invalidEntry, let location = diagnostic.location else { return "" }
    return "location \"\(location)\": "
  }

  private static func style(of severity: Diagnostic.Severity) -> Style {
    switch severity {
    case .error: .bad
    case .warning: .caution
    case .note: .faint
    }
  }
}
