package import HanseModel

/// Why the host does not go on with what a location sends.
///
/// The code is stable, for programs and for searching; the message shows the bytes, shortened and
/// escaped.
package struct WireRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable, CaseIterable {
    /// The line is not JSON.
    case notJSON = "WIRE-JSON"
    /// The line is not UTF-8, or names half of a surrogate pair.
    case notUTF8 = "WIRE-UTF8"
    /// Objects or arrays nested deeper than the limit.
    case tooDeep = "WIRE-DEPTH"
    /// One member twice in one object.
    case duplicateMember = "WIRE-DUPLICATE"
    /// More on the line than one JSON value.
    case trailingBytes = "WIRE-TRAILING"
    /// A number that does not fit what it is for.
    case number = "WIRE-NUMBER"
    /// JSON, but no message of the protocol.
    case message = "WIRE-MESSAGE"
    /// A line longer than the limit, ended or not.
    case lineTooLong = "WIRE-LINE"
    /// A line was lost, or two processes write.
    case sequence = "WIRE-SEQ"
    /// The answer to the handshake names a version that was not offered.
    case version = "WIRE-VERSION"
    /// The handshake or the definitions were answered with an error.
    case refused = "WIRE-REFUSED"
    /// More definitions than a location may have.
    case tooMany = "WIRE-COUNT"
    /// It does not read what is written to it.
    case unread = "WIRE-UNREAD"
    /// It ended its output but not itself.
    case closed = "WIRE-CLOSED"
    /// The pipe itself failed.
    case pipe = "WIRE-PIPE"
  }

  package var code: Code
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What is wrong with a line.
  package init(_ error: JSONError, in line: [UInt8]) {
    // Bytes that are no text at all are told by that, wherever they stand.
    let isText = error.code != .syntax || String(validating: line, as: UTF8.self) != nil
    self.init(isText ? Code(error.code) : .notUTF8, Self.text(error, in: line))
  }

  /// What is wrong, with the bytes around it.
  ///
  /// Most lines that are no object were printed for people: they get the advice that helps, and what
  /// a reader of JSON had expected instead of their first letter is left out.
  package static func text(_ error: JSONError, in line: [UInt8]) -> String {
    let start = "sent a line that is not of the protocol: "
    let advice = advice(for: line).map { "; \($0)" } ?? ""
    if !advice.isEmpty, error.code == .syntax, String(validating: line, as: UTF8.self) != nil {
      return start + Excerpt.of(line) + advice
    }
    let what = Excerpt.of(Array("\(error)".utf8))
    return "\(start)\(what): \(Excerpt.of(line, around: error.offset))\(advice)"
  }

  /// What to do about a line that does not even begin as a message does; nil for one that does.
  package static func advice(for line: [UInt8]) -> String? {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bare = line.starts(with: byteOrderMark) ? line.dropFirst(byteOrderMark.count) : line[...]
    let first = bare.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
    guard let first, first != UInt8(ascii: "{") else { return nil }
    return "standard output belongs to the protocol: print to standard error, or use context.logger"
  }

  package var description: String { message }
}

extension WireRefusal.Code {
  package init(_ code: JSONError.Code) {
    self =
      switch code {
      case .syntax: .notJSON
      case .invalidUTF8: .notUTF8
      case .tooDeep: .tooDeep
      case .duplicateMember: .duplicateMember
      case .trailingBytes: .trailingBytes
      case .outOfRange: .number
      case .missingMember, .wrongType: .message
      }
  }
}
