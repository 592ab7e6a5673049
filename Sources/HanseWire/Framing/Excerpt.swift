/// Shows bytes that cannot be trusted: shortened, and escaped.
package enum Excerpt {
  /// How many bytes are shown.
  package static let limit = 120
  /// How many of them stand before the place that matters.
  private static let lead = 40

  /// Shows the beginning of the bytes.
  package static func of(_ bytes: [UInt8]) -> String { of(bytes, around: 0) }

  /// Shows the bytes around a place, or the beginning when that is near it.
  package static func of(_ bytes: [UInt8], around offset: Int) -> String {
    let offset = min(max(offset, 0), bytes.count)
    let start = offset < limit - lead ? 0 : min(offset - lead, max(0, bytes.count - limit))
    var text = start > 0 ? "(\(start) bytes before) …" : ""
    for byte in bytes[start...].prefix(limit) {
      switch byte {
      case 0x20...0x7E where byte != UInt8(ascii: "\\"):
        text.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    let rest = bytes.count - start - limit
    return rest > 0 ? "\(text)… (\(rest) bytes more)" : text
  }

  /// Words of a location for people: on one line, without control characters, and not too many.
  package static func ofText(_ text: String, limit: Int = 500) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    let rest = text.unicodeScalars.count - limit
    return rest > 0 ? "\(result)… (\(rest) characters more)" : result
  }
}
