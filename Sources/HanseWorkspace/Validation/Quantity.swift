/// A whole number with a unit, such as `250ms` or `64MiB`.
struct Quantity: Hashable, Sendable {
  var count: Int64
  var unit: String

  /// Reads 1 to 9 digits that do not begin with 0, and then a unit, with nothing between.
  init?(_ text: String) {
    let digits = text.utf8.prefix { Characters.isDigit($0) }
    guard (1...9).contains(digits.count), digits.first != UInt8(ascii: "0"),
      let count = Int64(String(decoding: digits, as: UTF8.self))
    else { return nil }
    self.count = count
    self.unit = String(text.dropFirst(digits.count))
  }
}

/// Durations as the file writes them.
package enum DurationText {
  /// Longest first.
  static let units: [(name: String, length: Duration)] = [
    ("h", .seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1)), ("ms", .milliseconds(1)),
  ]

  static let pattern = "^[1-9][0-9]{0,8}(ms|s|m|h)$"

  /// Reads `250ms`, `10s`, `3m` or `1h`; nil for anything else.
  package static func parse(_ text: String) -> Duration? {
    guard let quantity = Quantity(text),
      let unit = units.first(where: { $0.name == quantity.unit })
    else { return nil }
    return unit.length * quantity.count
  }

  /// The shortest way to write a duration, in whole milliseconds.
  package static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    for unit in units {
      let length = unit.length.components.seconds * 1000
      if length > 0, milliseconds >= length, milliseconds % length == 0 {
        return "\(milliseconds / length)\(unit.name)"
      }
    }
    return "\(milliseconds)ms"
  }
}

/// Sizes as the file writes them.
package enum SizeText {
  /// Largest first.
  static let units: [(name: String, bytes: Int64)] = [
    ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000),
    ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1000), ("B", 1),
  ]

  static let pattern = "^[1-9][0-9]{0,8}([KMGT]i?)?B$"

  /// Reads `512B`, `10MB`, `64MiB` and the like; nil for anything else, or more than 2^63 - 1.
  package static func parse(_ text: String) -> Int64? {
    guard let quantity = Quantity(text),
      let unit = units.first(where: { $0.name == quantity.unit })
    else { return nil }
    let (bytes, overflows) = quantity.count.multipliedReportingOverflow(by: unit.bytes)
    return overflows ? nil : bytes
  }

  /// The shortest exact way to write a size.
  package static func text(_ bytes: Int64) -> String {
    let unit = units.first { bytes >= $0.bytes && bytes % $0.bytes == 0 }
    return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
  }
}
