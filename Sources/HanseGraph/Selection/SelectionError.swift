/// What is wrong with a selection, and at which character.
package struct SelectionError: Error, Hashable, Sendable, CustomStringConvertible {
  package private(set) var message: String
  /// The character the message is about, counting from 1; one past the last for the end.
  package let column: Int
  /// The whole selection.
  package let text: String
  /// The key that no asset has, when that is what is wrong.
  package private(set) var unknownKey: String?

  /// - Parameters:
  ///   - message: What is wrong.
  ///   - offset: How many Unicode scalars of the text come before the place.
  ///   - text: The whole selection.
  init(_ message: String, offset: Int, text: String) {
    self.message = message
    column = String(text.unicodeScalars.prefix(offset)).count + 1
    self.text = text
  }

  /// A key that no asset has.
  init(unknown key: String, suggestion: String?, offset: Int, text: String) {
    let hint = suggestion.map { "; did you mean \(quoted($0))?" } ?? ""
    self.init(Self.unknown(key) + hint, offset: offset, text: text)
    unknownKey = key
  }

  private static func unknown(_ key: String) -> String { "no asset matches \(quoted(key))" }

  /// The error with more to say about its unknown key.
  package func adding(_ note: String, insteadOfSuggestion: Bool) -> SelectionError {
    var copy = self
    let beginning = insteadOfSuggestion ? unknownKey.map(Self.unknown) ?? message : message
    copy.message = "\(beginning); \(note)"
    return copy
  }

  /// The message, the selection, and a caret under the character.
  package var description: String {
    let (excerpt, caret) = window
    let line = excerpt.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    let indent = String(repeating: " ", count: caret)
    return "selection: \(message)\n  \(String(line))\n  \(indent)^"
  }

  /// The part of a long selection around the character, and how far into it the character is.
  private var window: (excerpt: [Character], caret: Int) {
    let width = 90
    let position = column - 1
    let start = max(0, position - width / 2)
    let from = text.index(text.startIndex, offsetBy: start, limitedBy: text.endIndex)
    let rest = text[(from ?? text.endIndex)...]
    var excerpt = Array(rest.prefix(width))
    if rest.dropFirst(width).first != nil { excerpt += "..." }
    guard start > 0 else { return (excerpt, position) }
    return (Array("...") + excerpt, position - start + 3)
  }
}
