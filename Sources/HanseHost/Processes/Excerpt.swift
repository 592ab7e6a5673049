/// Shows bytes that cannot be trusted: shortened, and escaped.
enum Excerpt {
  static let limit = 120

  static func of(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes.prefix(limit) {
      switch byte {
      case 0x20...0x7E where byte != UInt8(ascii: "\\"):
        text.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    let rest = bytes.count - limit
    return rest > 0 ? "\(text)… (\(rest) bytes more)" : text
  }
}
