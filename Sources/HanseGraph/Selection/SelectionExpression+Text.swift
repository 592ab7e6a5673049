extension SelectionExpression {
  /// The expression in as few words as possible; reading it gives the same expression.
  var canonicalText: String {
    switch self {
    case .key(let term): Self.keyText(term.glob)
    case .attribute(let attribute, let glob): "\(attribute.rawValue):\(Self.valueText(glob))"
    case .tag(let name, nil): "tag:\(Self.valueText(name, isTagName: true))"
    case .tag(let name, let value?):
      "tag:\(Self.valueText(name, isTagName: true))=\(Self.valueText(value))"
    case .neighbours(let inner, let upstream, let downstream):
      (upstream.map { "\(Self.levelsText($0))+" } ?? "")
        + inner.text(inside: .neighbours)
        + (downstream.map { "+\(Self.levelsText($0))" } ?? "")
    case .not(let inner): "not \(inner.text(inside: .not))"
    case .all(let parts): parts.map { $0.text(inside: .all) }.joined(separator: " and ")
    case .any(let parts): parts.map { $0.text(inside: .any) }.joined(separator: " or ")
    }
  }

  /// How tightly a kind of expression holds together.
  private enum Precedence: Int {
    case any, all, not, neighbours, term
  }

  private var precedence: Precedence {
    switch self {
    case .any: .any
    case .all: .all
    case .not: .not
    case .neighbours: .neighbours
    case .key, .attribute, .tag: .term
    }
  }

  private func text(inside outer: Precedence) -> String {
    // `not not x` needs no parentheses; `a or b` directly inside `or` needs them to stay nested.
    let fits =
      precedence.rawValue > outer.rawValue || (precedence == .not && outer == .not)
    return fits ? canonicalText : "(\(canonicalText))"
  }

  private static func levelsText(_ reach: Reach) -> String {
    reach.levels.map(String.init) ?? ""
  }

  private static func keyText(_ glob: Glob) -> String {
    let plain = glob.pieces.joined(separator: "*")
    let isPlain =
      !plain.isEmpty
      && glob.pieces.allSatisfy {
        $0.unicodeScalars.allSatisfy { SelectionLexis.isKeyCharacter($0) && $0 != "*" }
      }
      && !SelectionLexis.isKeyword(plain)
      && !plain.unicodeScalars.allSatisfy(SelectionLexis.isDigit)
    return isPlain ? plain : quotedText(glob, isTagName: false)
  }

  private static func valueText(_ glob: Glob, isTagName: Bool = false) -> String {
    let plain = glob.pieces.joined(separator: "*")
    let isPlain =
      !plain.isEmpty
      && glob.pieces.allSatisfy {
        $0.unicodeScalars.allSatisfy {
          SelectionLexis.isValueCharacter($0) && $0 != "*" && !(isTagName && $0 == "=")
        }
      }
    return isPlain ? plain : quotedText(glob, isTagName: isTagName)
  }

  private static func quotedText(_ glob: Glob, isTagName: Bool) -> String {
    let pieces = glob.pieces.map { piece in
      var text = ""
      for scalar in piece.unicodeScalars {
        if scalar == "\"" || scalar == "\\" || scalar == "*" || (isTagName && scalar == "=") {
          text += "\\"
        }
        text.unicodeScalars.append(scalar)
      }
      return text
    }
    return "\"\(pieces.joined(separator: "*"))\""
  }
}
