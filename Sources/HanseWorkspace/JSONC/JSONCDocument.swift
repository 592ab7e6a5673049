/// A text in JSON with comments, and the tree of its values.
///
/// The text is kept byte for byte, so an edit can change one value and nothing else.
package struct JSONCDocument: Hashable, Sendable {
  package static let limitBytes = 16 * 1024 * 1024
  package static let limitDepth = 64

  /// A name that an object has twice: an error, but one that need not hide the others.
  package struct Duplicate: Hashable, Sendable {
    package var name: String
    package var first: SourcePosition
    package var second: SourcePosition
    /// Where the second name begins.
    package var offset: Int
  }

  package let bytes: [UInt8]
  package let root: JSONCNode
  /// In the order of the text.
  package let duplicates: [Duplicate]

  /// Reads a text.
  ///
  /// - Throws: The first error of syntax. Duplicate members are left to the caller.
  package init(parsing bytes: [UInt8]) throws(JSONCError) {
    try JSONCDocument.refuseUnreadable(bytes)
    var parser = JSONCParser(bytes)
    self.root = try parser.document()
    self.bytes = bytes
    self.duplicates = parser.duplicates.sorted { $0.offset < $1.offset }
  }

  private static func refuseUnreadable(_ bytes: [UInt8]) throws(JSONCError) {
    let start = SourcePosition(line: 1, column: 1)
    if bytes.count > limitBytes {
      throw JSONCError(
        at: start,
        "the file has \(bytes.count) bytes; the limit is 16 MiB (\(limitBytes) bytes)"
      )
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw JSONCError(
        at: start,
        "the file begins with a byte order mark; save it as UTF-8 without one"
      )
    }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      throw JSONCError(
        at: SourcePosition(of: offset, in: bytes),
        "the byte 0x\(hexadecimal(bytes[offset])) is not valid UTF-8; save the file as UTF-8"
      )
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
