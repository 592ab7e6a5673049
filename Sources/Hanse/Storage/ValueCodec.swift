import FoundationEssentials
import HanseModel

/// The bytes of a value: `Data` and `String` as they are, everything else as JSON.
///
/// JSON has sorted members, so that equal values give equal bytes. Dates are ISO 8601 in UTC with
/// milliseconds; numbers that JSON cannot say are the strings `NaN`, `Infinity` and `-Infinity`.
enum ValueCodec {
  enum Form: String, CaseIterable {
    case json
    case text = "txt"
    case bytes = "bin"

    init(of type: Any.Type) {
      if type == Data.self {
        self = .bytes
      } else if type == String.self {
        self = .text
      } else {
        self = .json
      }
    }

    var title: String {
      switch self {
      case .json: "JSON"
      case .text: "text"
      case .bytes: "raw bytes"
      }
    }
  }

  static func encode<Value: Encodable>(_ value: Value) throws -> [UInt8] {
    // By the type and not by the value: an optional text is JSON, for it may be null.
    switch Form(of: Value.self) {
    case .bytes: if let data = value as? Data { return Array(data) }
    case .text: if let text = value as? String { return Array(text.utf8) }
    case .json: break
    }
    return try encodeJSON(value)
  }

  /// Encodes as JSON, whatever the type.
  static func encodeJSON(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
      guard let whole = Int64(exactly: milliseconds) else {
        // Not the date itself: its own description ends the process.
        throw EncodingError.invalidValue(
          date.timeIntervalSince1970,
          .init(
            codingPath: encoder.codingPath,
            debugDescription: "the date is too far away to be written"
          )
        )
      }
      try container.encode(Timestamp(milliseconds: whole).description)
    }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return Array(try encoder.encode(value))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    switch Form(of: type) {
    case .bytes: if let data = Data(bytes) as? Value { return data }
    case .text:
      guard let text = String(validating: bytes, as: UTF8.self), let value = text as? Value else {
        throw StorageError(
          "the stored bytes are not text in UTF-8; read them as Data, or make the value again"
        )
      }
      return value
    case .json: break
    }
    return try decodeJSON(type, from: bytes)
  }

  /// Decodes JSON, whatever the type.
  static func decodeJSON<Value: Decodable>(
    _ type: Value.Type,
    from bytes: [UInt8]
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom(readDate)
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return try decoder.decode(type, from: Data(bytes))
  }

  @Sendable private static func readDate(_ decoder: any Decoder) throws -> Date {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\"\(text)\" is not a time such as 2010-07-04T12:00:00.000Z"
      )
    }
    return Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
  }

  /// The digest of a value's bytes, as a data version.
  static func dataVersion(of bytes: [UInt8]) -> String {
    "sha256:\(SHA256.hash(bytes).hexadecimal)"
  }
}
