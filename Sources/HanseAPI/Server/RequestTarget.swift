/// The path and the query of a request, as they stand in its first line.
package struct RequestTarget: Hashable, Sendable {
  package var path: String
  package var query: [String: String]

  package init(path: String, query: [String: String] = [:]) {
    self.path = path
    self.query = query
  }

  /// Reads a target such as `/api/v1/runs?limit=5`.
  package init(parsing text: String) throws(Problem) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.hasPrefix("/") else {
      throw .invalidRequest("the request's address does not begin with a slash")
    }
    path = try Self.decode(first, plusIsSpace: false)
    query = [:]
    guard parts.count > 1 else { return }
    for pair in parts[1].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(sides[0], plusIsSpace: true)
      let value = sides.count > 1 ? try Self.decode(sides[1], plusIsSpace: true) : ""
      guard query.updateValue(value, forKey: name) == nil else {
        throw .invalidRequest("the parameter \"\(name)\" is given twice")
      }
    }
  }

  /// The text of the target.
  package var text: String {
    var result = Self.encode(path, keepingSlashes: true)
    var separator = "?"
    for (name, value) in query.sorted(by: { $0.key < $1.key }) {
      result += separator + Self.encode(name) + "=" + Self.encode(value)
      separator = "&"
    }
    return result
  }

  private static func decode(_ text: Substring, plusIsSpace: Bool) throws(Problem) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let high = hexDigit(rest.popFirst()),
          let low = hexDigit(rest.popFirst()), high | low != 0
        else { throw .invalidRequest("the request's address has a bad percent escape") }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw .invalidRequest("the request's address is not UTF-8")
    }
    return decoded
  }

  private static func hexDigit(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")): byte.map { $0 - UInt8(ascii: "0") }
    case .some(UInt8(ascii: "a")...UInt8(ascii: "f")): byte.map { $0 - UInt8(ascii: "a") + 10 }
    case .some(UInt8(ascii: "A")...UInt8(ascii: "F")): byte.map { $0 - UInt8(ascii: "A") + 10 }
    default: nil
    }
  }

  private static func encode(_ text: String, keepingSlashes: Bool = false) -> String {
    var bytes: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      case UInt8(ascii: "/") where keepingSlashes: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
