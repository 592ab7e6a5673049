/// How a piece of text looks on a terminal.
enum Style: Hashable, Sendable {
  case plain, bold, faint, good, caution, bad, accent

  /// The escape sequence that begins it (ECMA-48, select graphic rendition).
  fileprivate var code: String? {
    switch self {
    case .plain: nil
    case .bold: "1"
    case .faint: "2"
    case .good: "32"
    case .caution: "33"
    case .bad: "31"
    case .accent: "36"
    }
  }
}

/// Paints text, or leaves it as it is where colour is not wanted.
struct Paint: Hashable, Sendable {
  var isEnabled: Bool

  init(isEnabled: Bool) { self.isEnabled = isEnabled }

  /// Decides whether one stream gets colour.
  ///
  /// - Parameters:
  ///   - choice: What `--color` says: `auto`, `always` or `never`; nil is `auto`.
  ///   - isTerminal: Whether a person looks at the stream.
  ///   - environment: `NO_COLOR` (no-color.org) and `TERM=dumb` turn colour off.
  init(choice: String?, isTerminal: Bool, environment: [String: String]) {
    switch choice {
    case "always": isEnabled = true
    case "never": isEnabled = false
    default:
      let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
      isEnabled = isTerminal && !refused && environment["TERM"] != "dumb"
    }
  }

  func callAsFunction(_ text: String, _ style: Style) -> String {
    guard isEnabled, let code = style.code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
