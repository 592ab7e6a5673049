/// Any JSON value, for what has no type of its own here: configuration, schemas, free metadata.
///
/// Members keep their order.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// A member of an object, by name; nil for what is missing or no object.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  public var objectMembers: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  public var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// A number, whichever way it is written.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// What a message calls a value of this kind.
  public var kindDescription: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The compact JSON text.
  public var text: String { JSONWriter.text(self) }

  /// Reads JSON text.
  public init(parsing text: String) throws(JSONError) {
    self = try JSONValue.decode(text)
  }
}

extension JSONValue: JSONCodable {
  package func write(to json: inout JSONWriter) {
    switch self {
    case .null: json.null()
    case .bool(let value): json.bool(value)
    case .integer(let value): json.integer(value)
    case .number(let value): json.double(value)
    case .string(let value): json.string(value)
    case .array(let elements): json.array(elements)
    case .object(let members):
      json.beginObject()
      for member in members { json.member(member.name, member.value) }
      json.endObject()
    }
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    switch json.peek() {
    case .object:
      var members: [Member] = []
      try json.object { name, json throws(JSONError) in
        members.append(Member(name, try JSONValue(from: &json)))
      }
      self = .object(members)
    case .array: self = .array(try json.list())
    case .string: self = .string(try json.string())
    case .bool: self = .bool(try json.bool())
    case .number: self = try JSONValue.number(from: &json)
    case .null:
      try json.skip()
      self = .null
    case .nothing, .invalid:
      throw JSONError(.syntax, at: json.offset, "expected a value")
    }
  }

  private static func number(from json: inout JSONReader) throws(JSONError) -> JSONValue {
    var integerReader = json
    let range = try integerReader.skip()
    let isWhole = json.bytes[range].allSatisfy {
      $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    if isWhole, let value = Int64(String(decoding: json.bytes[range], as: UTF8.self)) {
      json = integerReader
      return .integer(value)
    }
    return .number(try json.double())
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}
