import HanseModel

/// How a piece of text looks on a terminal.
enum Style: Hashable, Sendable, CaseIterable {
  case plain, bold, faint, good, caution, bad, accent

  /// The parameter of the escape sequence that begins it (ECMA-48, select graphic rendition).
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

  /// What stands for its beginning in painted text: a control character, which other text
  /// is cleaned of.
  fileprivate var mark: Unicode.Scalar {
    switch self {
    case .plain: "\u{11}"
    case .bold: "\u{12}"
    case .faint: "\u{13}"
    case .good: "\u{14}"
    case .caution: "\u{15}"
    case .bad: "\u{16}"
    case .accent: "\u{17}"
    }
  }

  fileprivate static let marks = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.mark, $0.code ?? "0") }
  )
}

/// Paints text, or leaves it as it is where colour is not wanted.
///
/// Painted text holds marks, not escape sequences: ``TerminalText`` puts those in at the very end,
/// where it makes every other one visible.
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
    let safe = text.visible
    guard isEnabled, style != .plain, !safe.isEmpty else { return safe }
    return "\(style.mark)\(safe)\(Style.plain.mark)"
  }
}

/// The one way from text to the bytes of a terminal.
enum TerminalText {
  /// The text with colours, and with every other control character made visible.
  static func rendered(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.isHidden && $0 != "\n" }) else { return text }
    var result = ""
    var plain = ""
    for scalar in text.unicodeScalars {
      guard let code = Style.marks[scalar] else {
        plain.unicodeScalars.append(scalar)
        continue
      }
      result += plain.visible + "\u{1B}[\(code)m"
      plain = ""
    }
    return result + plain.visible
  }
}
