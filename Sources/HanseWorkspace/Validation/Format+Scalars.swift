import HanseModel

extension Format where Value == Bool {
  static let boolean = Format(
    schema: ["type": "boolean"],
    decode: { node, validation in
      if case .bool(let value) = node.kind { return value }
      validation.reportUnexpected(node, expected: "true or false")
      return nil
    },
    encode: { .bool($0) }
  )
}

extension Format where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> Format {
    Format(
      schema: [
        "type": "integer",
        "minimum": .integer(Int64(range.lowerBound)),
        "maximum": .integer(Int64(range.upperBound)),
      ],
      decode: { node, validation in
        if case .number(let text) = node.kind, let value = whole(text), range.contains(value) {
          return value
        }
        validation.reportUnexpected(
          node,
          expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
        return nil
      },
      encode: { .integer(Int64($0)) }
    )
  }

  /// A number without a fraction, whichever way it is written (`10`, `10.0`, `1e1`).
  private static func whole(_ text: String) -> Int? {
    if let value = Int(text) { return value }
    return Double(text).flatMap { Int(exactly: $0) }
  }
}

extension Format where Value == Double {
  /// A share beside others.
  static let weight = Format(
    schema: ["type": "number", "exclusiveMinimum": 0, "maximum": 1000],
    decode: { node, validation in
      if case .number(let text) = node.kind, let value = Double(text), value > 0, value <= 1000 {
        return value
      }
      validation.reportUnexpected(node, expected: "a number above 0 and at most 1000")
      return nil
    },
    encode: { value in Int64(exactly: value).map { .integer($0) } ?? .number(value) }
  )
}

extension Format where Value == String {
  /// A string that `isValid`; `pattern` says the same to others.
  static func text(
    _ expected: String,
    pattern: String,
    isValid: @escaping @Sendable (String) -> Bool
  ) -> Format {
    Format(
      schema: ["type": "string", "pattern": .string(pattern)],
      decode: { node, validation in
        if let text = node.stringValue, isValid(text) { return text }
        validation.reportUnexpected(node, expected: expected)
        return nil
      },
      encode: { .string($0) }
    )
  }

  /// Any string that can be given to a program: without the character U+0000.
  static let string = Format(
    schema: ["type": "string", "pattern": "^[^\\u0000]*$"],
    decode: { node, validation in
      if let text = node.stringValue {
        if !text.utf8.contains(0) { return text }
        validation.report(node, "the character U+0000 cannot be given to a program")
      } else {
        validation.reportUnexpected(node, expected: "a string")
      }
      return nil
    },
    encode: { .string($0) }
  )

  static func nonEmpty(_ expected: String) -> Format {
    text(expected, pattern: "^[^\\u0000]+$") { !$0.isEmpty && !$0.utf8.contains(0) }
  }

  /// A path, which reading makes absolute.
  static let path: Format = {
    let bare = nonEmpty("a path")
    return Format(
      schema: bare.schema,
      decode: { node, validation in
        bare.decode(node, &validation).map { validation.absolute($0) }
      },
      encode: bare.encode
    )
  }()

  /// The name of a location, a queue, a pool or an I/O manager.
  static let name = text(
    "a name such as \"observatory\": 1 to 63 of a-z, 0-9, _ and -, the first a letter",
    pattern: "^[a-z][a-z0-9_-]{0,62}$"
  ) { text in
    guard let first = text.utf8.first, Characters.isLower(first) else { return false }
    return text.utf8.count <= 63
      && text.utf8.allSatisfy {
        Characters.isLower($0) || Characters.isDigit($0) || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
  }

  /// The name of a tag of runs.
  static let tagName = text(
    "the name of a tag: 1 to 100 characters without control characters",
    pattern: "^[^\\u0000-\\u001f\\u007f]{1,100}$"
  ) { text in
    (1...100).contains(text.unicodeScalars.count)
      && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }

  /// A pattern of asset keys.
  static let keyPattern = text(
    "a pattern of asset keys such as \"observatory/*\"",
    pattern: "^[A-Za-z0-9_.*-]+(/[A-Za-z0-9_.*-]+)*$"
  ) { text in
    let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return segments.allSatisfy { segment in
      !segment.isEmpty
        && segment.allSatisfy { Characters.isKey($0) || $0 == UInt8(ascii: "*") }
    }
  }

  static let sha256 = text(
    "a SHA-256 digest of 64 hexadecimal digits, or null",
    pattern: "^[0-9a-fA-F]{64}$"
  ) { $0.utf8.count == 64 && $0.utf8.allSatisfy(Characters.isHexadecimal) }
  .map({ $0.lowercased() }, { $0 })
}

extension Format where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  static var choice: Format {
    let known = Value.allCases.map(\.rawValue)
    return Format(
      schema: ["enum": .array(known.map { .string($0) })],
      decode: { node, validation in
        let known = Value.allCases.map(\.rawValue)
        guard let text = node.stringValue else {
          validation.reportUnexpected(node, expected: Validation.list(known))
          return nil
        }
        if let value = Value(rawValue: text) { return value }
        let near = Spelling.nearest(to: text, among: known)
        validation.reportUnexpected(
          node,
          expected: Validation.list(known),
          advice: near.map { "did you mean \"\($0)\"?" }
        )
        return nil
      },
      encode: { .string($0.rawValue) }
    )
  }
}

/// Classes of ASCII characters.
enum Characters {
  static func isLower(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
  static func isUpper(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
  }

  /// Letters, digits and `_ . -`: what the segments of an asset's key are made of.
  static func isKey(_ byte: UInt8) -> Bool {
    isLower(byte) || isUpper(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }
}
