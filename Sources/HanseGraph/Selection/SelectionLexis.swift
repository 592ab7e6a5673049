/// Which characters and words mean what in a selection.
enum SelectionLexis {
  static let keywords = ["and", "or", "not"]
  /// What may stand before a colon.
  static let attributes = ["key", "tag"] + SelectionExpression.Attribute.allCases.map(\.rawValue)

  static func isKeyword(_ word: String) -> Bool { keywords.contains(word.lowercased()) }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// What a key may hold without quotes: what keys are made of, and the star.
  static func isKeyCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "_", ".", "-", "/", "*": true
    default: false
    }
  }

  /// What a value may hold without quotes.
  static func isValueCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", ")", "\"", "+", ",", "\\": false
    default: !scalar.properties.isWhitespace
    }
  }
}
