/// A value with one JSON form, written and read without reflection or an intermediate tree.
///
/// Unknown members are ignored when reading, so that an older program understands a newer one.
package protocol JSONCodable: Sendable {
  func write(to json: inout JSONWriter)
  init(from json: inout JSONReader) throws(JSONError)
}

extension JSONCodable {
  /// Reads one value from a whole text.
  package static func decode(_ bytes: [UInt8]) throws(JSONError) -> Self {
    try JSONValidator.validate(bytes)
    var reader = JSONReader(bytes)
    return try Self(from: &reader)
  }

  package static func decode(_ text: String) throws(JSONError) -> Self {
    try decode(Array(text.utf8))
  }
}

extension String: JSONCodable {
  package func write(to json: inout JSONWriter) { json.string(self) }
  package init(from json: inout JSONReader) throws(JSONError) { self = try json.string() }
}

extension Bool: JSONCodable {
  package func write(to json: inout JSONWriter) { json.bool(self) }
  package init(from json: inout JSONReader) throws(JSONError) { self = try json.bool() }
}

extension Int: JSONCodable {
  package func write(to json: inout JSONWriter) { json.integer(self) }
  package init(from json: inout JSONReader) throws(JSONError) { self = try json.int() }
}

extension Int64: JSONCodable {
  package func write(to json: inout JSONWriter) { json.integer(self) }
  package init(from json: inout JSONReader) throws(JSONError) { self = try json.int64() }
}

extension Double: JSONCodable {
  package func write(to json: inout JSONWriter) { json.double(self) }
  package init(from json: inout JSONReader) throws(JSONError) { self = try json.double() }
}

/// An identifier or an open enumeration that is written as a JSON string.
package protocol JSONStringCodable: JSONCodable {
  var jsonString: String { get }
  init(jsonString: String)
}

extension JSONStringCodable {
  package func write(to json: inout JSONWriter) { json.string(jsonString) }
  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(jsonString: try json.string())
  }
}

/// A closed enumeration that is written as its raw value.
package protocol JSONEnumeration: JSONCodable, RawRepresentable, CaseIterable
where RawValue == String {}

extension JSONEnumeration {
  package func write(to json: inout JSONWriter) { json.string(rawValue) }

  package init(from json: inout JSONReader) throws(JSONError) {
    let offset = json.offset
    let text = try json.string()
    guard let value = Self(rawValue: text) else {
      let known = Self.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw JSONError(.outOfRange, at: offset, "\"\(text)\" is not one of \(known)")
    }
    self = value
  }
}
