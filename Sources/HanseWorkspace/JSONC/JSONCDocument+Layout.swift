/// A member or element with the comma after it: what is inserted and removed.
struct JSONCItem: Hashable, Sendable {
  var range: Range<Int>
  var comma: Int?

  /// Where the item ends, its comma included.
  var end: Int { comma.map { $0 + 1 } ?? range.upperBound }
}

/// Other text for a range of bytes.
struct TextChange: Hashable, Sendable {
  var range: Range<Int>
  var text: String
}

/// How the text is laid out, so that what is added looks like what is there.
extension JSONCDocument {
  /// Writes values as this file does.
  var formatter: JSONCFormatter {
    var formatter = JSONCFormatter()
    if let feed = bytes.firstIndex(of: UInt8(ascii: "\n")), feed > 0,
      bytes[feed - 1] == UInt8(ascii: "\r")
    {
      formatter.newline = "\r\n"
    }
    let first = root.members.first?.nameRange.lowerBound ?? root.range.lowerBound
    if let indent = indentIfFirst(at: first), !indent.isEmpty { formatter.unit = indent }
    return formatter
  }

  /// The white space that the line of `offset` begins with.
  func lineIndent(at offset: Int) -> String {
    let start = lineStart(of: offset)
    let blank = bytes[start..<offset].prefix(while: JSONCDocument.isBlank)
    return String(decoding: blank, as: UTF8.self)
  }

  func insertion(
    into node: JSONCNode,
    _ items: [JSONCItem],
    _ text: (_ indent: String) -> String
  ) -> [TextChange] {
    guard let last = items.last else { return [firstItem(into: node, text)] }
    let firstStart = items[0].range.lowerBound
    let hasLines = hasNewline(node.range.lowerBound..<firstStart)
    let indent =
      indentIfFirst(at: last.range.lowerBound) ?? lineIndent(at: last.range.lowerBound)
    let separator = hasLines ? formatter.newline + indent : " "
    let place = hasLines ? endOfComments(after: last.end) : last.end
    let item = separator + text(indent)
    if last.comma != nil { return [TextChange(range: place..<place, text: item + ",")] }
    if place == last.end { return [TextChange(range: place..<place, text: "," + item)] }
    return [
      TextChange(range: last.end..<last.end, text: ","),
      TextChange(range: place..<place, text: item),
    ]
  }

  private func firstItem(
    into node: JSONCNode,
    _ text: (_ indent: String) -> String
  ) -> TextChange {
    let open = node.range.lowerBound + 1
    var place = node.range.upperBound - 1
    let hasLines = hasNewline(open..<place)
    let close = place
    while place > open, JSONCDocument.isSpace(bytes[place - 1]) { place -= 1 }
    let outer = lineIndent(at: node.range.lowerBound)
    if hasLines {
      let indent = outer + formatter.unit
      return TextChange(range: place..<place, text: formatter.newline + indent + text(indent))
    }
    let after = place == close ? " " : ""
    return TextChange(range: place..<place, text: " " + text(outer) + after)
  }

  func removal(of index: Int, from items: [JSONCItem]) -> [TextChange] {
    let item = items[index]
    var changes: [TextChange] = []
    // The last item has no comma after it; then the one before has none either from now on.
    if item.comma == nil, index > 0, let comma = items[index - 1].comma {
      changes.append(TextChange(range: comma..<(comma + 1), text: ""))
    }
    changes.append(TextChange(range: removedRange(of: item), text: ""))
    return changes
  }

  /// The lines of the item if it has them to itself, else the item with the blanks on one side.
  private func removedRange(of item: JSONCItem) -> Range<Int> {
    var start = item.range.lowerBound
    var end = endOfComments(after: item.end)
    while end < bytes.count, JSONCDocument.isBlank(bytes[end]) { end += 1 }
    if indentIfFirst(at: start) != nil, let next = afterNewline(at: end) {
      return lineStart(of: start)..<next
    }
    end = item.end
    if item.comma != nil {
      while end < bytes.count, JSONCDocument.isBlank(bytes[end]) { end += 1 }
    } else {
      while start > 0, JSONCDocument.isBlank(bytes[start - 1]) { start -= 1 }
    }
    return start..<end
  }

  // MARK: Lines

  /// The end of the last comment that begins on the line of `offset` after nothing but blanks and
  /// comments; `offset` itself if there is none.
  private func endOfComments(after offset: Int) -> Int {
    var end = offset
    var place = offset
    while place < bytes.count, afterNewline(at: place) == nil {
      if JSONCDocument.isBlank(bytes[place]) {
        place += 1
      } else if let next = endOfComment(at: place), !hasNewline(place..<next) {
        (place, end) = (next, next)
      } else {
        break
      }
    }
    return end
  }

  private func endOfComment(at start: Int) -> Int? {
    guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "/") else { return nil }
    var end = start + 2
    if bytes[start + 1] == UInt8(ascii: "/") {
      while end < bytes.count, afterNewline(at: end) == nil { end += 1 }
      return end
    }
    guard bytes[start + 1] == UInt8(ascii: "*") else { return nil }
    while end + 1 < bytes.count {
      if bytes[end] == UInt8(ascii: "*"), bytes[end + 1] == UInt8(ascii: "/") { return end + 2 }
      end += 1
    }
    return nil
  }

  /// The white space before `offset` if its line has nothing else before it.
  private func indentIfFirst(at offset: Int) -> String? {
    let start = lineStart(of: offset)
    guard start > 0, bytes[start..<offset].allSatisfy(JSONCDocument.isBlank) else { return nil }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private func lineStart(of offset: Int) -> Int {
    bytes[..<offset].lastIndex(where: JSONCDocument.isLineEnd).map { $0 + 1 } ?? 0
  }

  private func afterNewline(at offset: Int) -> Int? {
    guard offset < bytes.count, JSONCDocument.isLineEnd(bytes[offset]) else { return nil }
    let isPair =
      bytes[offset] == UInt8(ascii: "\r") && offset + 1 < bytes.count
      && bytes[offset + 1] == UInt8(ascii: "\n")
    return offset + (isPair ? 2 : 1)
  }

  private func hasNewline(_ range: Range<Int>) -> Bool {
    bytes[range].contains(where: JSONCDocument.isLineEnd)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private static func isSpace(_ byte: UInt8) -> Bool { isBlank(byte) || isLineEnd(byte) }
}
