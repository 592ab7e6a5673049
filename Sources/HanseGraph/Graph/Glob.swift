/// A pattern in which `*` stands for any run of characters, `/` included, and the empty one.
///
/// Case counts. There is no other wildcard, so that a pattern reads the same in workspace.json, in a
/// selection and in a shell's quotes.
package struct Glob: Hashable, Sendable {
  /// The text between the stars; one piece is a pattern without a star.
  ///
  /// Neighbouring stars are one star, so that equal patterns are equal values.
  package let pieces: [String]
  private let bytes: [[UInt8]]

  /// Makes a pattern of its text, in which each `*` is the wildcard.
  package init(_ pattern: String) {
    // By scalars: a star with a combining mark after it is one character, and still a star.
    let pieces = pattern.unicodeScalars.split(separator: "*", omittingEmptySubsequences: false)
    self.init(pieces: pieces.map { String($0) })
  }

  /// Makes a pattern of the pieces between its stars, in which a star is only a star.
  package init(pieces: [String]) {
    var kept: [String] = []
    for (position, piece) in pieces.enumerated() {
      let isInner = position > 0 && position < pieces.count - 1
      if !(isInner && piece.isEmpty) { kept.append(piece) }
    }
    self.pieces = kept.isEmpty ? [""] : kept
    bytes = self.pieces.map { Array($0.utf8) }
  }

  /// The text of a pattern without a star; nil for one that has any.
  package var literal: String? { pieces.count == 1 ? pieces[0] : nil }

  /// Whether every text matches.
  package var matchesAll: Bool { pieces == ["", ""] }

  /// Whether only the empty text matches.
  package var isEmpty: Bool { pieces == [""] }

  package func matches(_ text: String) -> Bool {
    let text = text.utf8.span
    let first = bytes[0]
    if bytes.count == 1 { return text.count == first.count && Glob.has(text, first, at: 0) }
    let last = bytes[bytes.count - 1]
    guard text.count >= first.count + last.count else { return false }
    let end = text.count - last.count
    guard Glob.has(text, first, at: 0), Glob.has(text, last, at: end) else { return false }
    var position = first.count
    for piece in bytes.dropFirst().dropLast() {
      // The leftmost place for each piece leaves the most room for those after it.
      while position + piece.count <= end, !Glob.has(text, piece, at: position) { position += 1 }
      guard position + piece.count <= end else { return false }
      position += piece.count
    }
    return true
  }

  private static func has(_ text: Span<UInt8>, _ piece: [UInt8], at start: Int) -> Bool {
    for offset in 0..<piece.count where text[start + offset] != piece[offset] { return false }
    return true
  }
}
