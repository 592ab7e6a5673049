/// A place in a text, as editors count it.
///
/// Both numbers start at 1. A column is a Unicode scalar, so a tab and an umlaut are one each. A
/// line ends with LF, CR LF or a lone CR.
package struct SourcePosition: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Where the byte at `offset` of `bytes` is.
  package init(of offset: Int, in bytes: [UInt8]) {
    var tracker = PositionTracker()
    self = tracker.position(of: offset, in: bytes)
  }

  package var description: String { "line \(line), column \(column)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// Turns offsets into positions in one pass, as long as they are asked for in rising order.
struct PositionTracker: Sendable {
  private var offset = 0
  private var line = 1
  private var column = 1

  mutating func position(of target: Int, in bytes: [UInt8]) -> SourcePosition {
    if target < offset { self = PositionTracker() }
    let end = min(target, bytes.count)
    while offset < end {
      advance(over: bytes[offset], in: bytes)
      offset += 1
    }
    return SourcePosition(line: line, column: column)
  }

  private mutating func advance(over byte: UInt8, in bytes: [UInt8]) {
    let next = offset + 1
    let endsLine =
      byte == UInt8(ascii: "\n")
      || byte == UInt8(ascii: "\r") && !(next < bytes.count && bytes[next] == UInt8(ascii: "\n"))
    if endsLine {
      line += 1
      column = 1
    } else if byte & 0b1100_0000 != 0b1000_0000 {
      column += 1
    }
  }
}
