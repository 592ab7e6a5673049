import HanseModel

/// A diagnostic for people: where, how bad, what, and what to do.
enum DiagnosticText {
  static func lines(_ diagnostic: Diagnostic, _ paint: Paint) -> [String] {
    let place = diagnostic.source.map { "\($0): " } ?? ""
    let kind = paint("\(diagnostic.severity.rawValue):", style(of: diagnostic.severity))
    let code = paint("[\(diagnostic.code.rawValue)]", .faint)
    let message = diagnostic.message.visible.split(separator: "\n").map(String.init)
    let first = "\(place.visible)\(kind) \(owner(of: diagnostic))\(message.first ?? "") \(code)"
    return [first] + message.dropFirst().map { "  \($0)" }
      + [CheckMessages.fix(diagnostic.fix.visibleLine)]
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
