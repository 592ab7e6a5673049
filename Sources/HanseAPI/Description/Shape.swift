package import HanseModel

/// What a value of the API looks like: the part of JSON Schema that its documents need.
package indirect enum Shape: Hashable, Sendable {
  case text, boolean, number
  /// A whole number of 64 bits.
  case integer
  /// A whole number within bounds.
  case whole(ClosedRange<Int64>)
  /// RFC 3339 in UTC, with milliseconds.
  case time
  /// Whatever JSON can say.
  case anything
  case list(Shape)
  case map(Shape)
  case one([String])
  /// The same, or null.
  case nullable(Shape)
  /// A document or a part of one, by its name in ``APIDescription/documents``.
  case document(String)
  /// A page of a listing.
  case page(Shape)

  package var schema: JSONValue {
    switch self {
    case .text: ["type": "string"]
    case .boolean: ["type": "boolean"]
    case .number: ["type": "number"]
    case .integer: ["type": "integer", "format": "int64"]
    case .whole(let range): Self.whole(range)
    case .time: ["$ref": "#/components/schemas/Time"]
    case .anything: .object([])
    case .list(let element): ["type": "array", "items": element.schema]
    case .map(let value): ["type": "object", "additionalProperties": value.schema]
    case .one(let values): ["enum": .array(values.map { .string($0) })]
    case .nullable(let shape): ["anyOf": .array([shape.schema, ["type": "null"]])]
    case .document(let name): ["$ref": .string("#/components/schemas/\(name)")]
    case .page(let item): Self.page(of: item)
    }
  }

  private static func whole(_ range: ClosedRange<Int64>) -> JSONValue {
    var schema: [JSONValue.Member] = [
      JSONValue.Member("type", "integer"), JSONValue.Member("format", "int64"),
      JSONValue.Member("minimum", .integer(range.lowerBound)),
    ]
    if range.upperBound < .max {
      schema.append(JSONValue.Member("maximum", .integer(range.upperBound)))
    }
    return .object(schema)
  }

  /// A whole number within the bounds of a setting.
  static func whole(_ range: ClosedRange<Int>) -> Shape {
    .whole(Int64(range.lowerBound)...Int64(range.upperBound))
  }

  private static func page(of item: Shape) -> JSONValue {
    DocumentShape(
      "",
      "One page of a listing.",
      [
        .must("items", .list(item)),
        .must(
          "next",
          .nullable(.text),
          "What to give as `cursor` for the next page; null when this is the last."
        ),
      ]
    ).schema
  }
}

/// A document of the API, or a part of one: an object with members.
package struct DocumentShape: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package var name: String
    package var shape: Shape
    package var text: String?
    package var isRequired: Bool

    /// A member that is always there.
    static func must(_ name: String, _ shape: Shape, _ text: String? = nil) -> Member {
      Member(name: name, shape: shape, text: text, isRequired: true)
    }

    /// A member that is left out when it has no value, or an empty one.
    static func may(_ name: String, _ shape: Shape, _ text: String? = nil) -> Member {
      Member(name: name, shape: shape, text: text, isRequired: false)
    }
  }

  package var name: String
  package var text: String
  package var members: [Member]
  /// The least number of members that are sent; nil for what is answered.
  ///
  /// What is sent has no other members than these; to what is answered later versions may add some.
  package var leastSent: Int?

  init(_ name: String, _ text: String, _ members: [Member]) {
    self.name = name
    self.text = text
    self.members = members
  }

  package var schema: JSONValue {
    let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
    let properties = members.map { member in
      JSONValue.Member(member.name, Self.described(member.shape.schema, member.text))
    }
    var schema: [JSONValue.Member] = [
      JSONValue.Member("type", "object"), JSONValue.Member("description", .string(text)),
    ]
    if !required.isEmpty { schema.append(JSONValue.Member("required", .array(required))) }
    schema.append(JSONValue.Member("properties", .object(properties)))
    if let leastSent {
      schema.append(JSONValue.Member("additionalProperties", false))
      if leastSent > 0 {
        schema.append(JSONValue.Member("minProperties", .integer(Int64(leastSent))))
      }
    }
    return .object(schema)
  }

  private static func described(_ schema: JSONValue, _ text: String?) -> JSONValue {
    guard let text, case .object(let members) = schema else { return schema }
    return .object(members + [JSONValue.Member("description", .string(text))])
  }
}
