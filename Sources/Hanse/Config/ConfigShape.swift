import HanseModel

/// The form that a configuration value has to have.
indirect enum ConfigShape: Hashable, Sendable {
  case boolean
  case integer(ClosedRange<Int64>)
  case number
  case string(format: String?)
  case choices([JSONValue])
  case array(ConfigShape)
  case dictionary(ConfigShape)
  case object([Property])
  case optional(ConfigShape)
  /// What reads itself in a way that cannot be seen from outside.
  case anything

  struct Property: Hashable, Sendable {
    var name: String
    var shape: ConfigShape
    var standard: JSONValue?
  }

  /// The JSON Schema (2020-12) of the form.
  var schema: JSONValue {
    switch self {
    case .boolean: ["type": "boolean"]
    case .integer(let range): ConfigShape.integerSchema(range)
    case .number: ["type": "number"]
    case .string(let format):
      if let format { ["type": "string", "format": .string(format)] } else { ["type": "string"] }
    case .choices(let values): ["enum": .array(values)]
    case .array(let element): ["type": "array", "items": element.schema]
    case .dictionary(let element):
      ["type": "object", "additionalProperties": element.schema]
    case .object(let properties): ConfigShape.objectSchema(properties)
    case .optional(let wrapped): ["anyOf": [wrapped.schema, ["type": "null"]]]
    case .anything: .bool(true)
    }
  }

  private static func integerSchema(_ range: ClosedRange<Int64>) -> JSONValue {
    var members = [JSONValue.Member("type", "integer")]
    if range.lowerBound > .min { members.append(.init("minimum", .integer(range.lowerBound))) }
    if range.upperBound < .max { members.append(.init("maximum", .integer(range.upperBound))) }
    return .object(members)
  }

  private static func objectSchema(_ properties: [Property]) -> JSONValue {
    let members = properties.map { property in
      var schema = property.shape.schema.objectMembers ?? []
      if let standard = property.standard { schema.append(.init("default", standard)) }
      return JSONValue.Member(property.name, .object(schema))
    }
    let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
    var result: [JSONValue.Member] = [
      .init("type", "object"), .init("properties", .object(members)),
    ]
    if !required.isEmpty { result.append(.init("required", .array(required))) }
    result.append(.init("additionalProperties", false))
    return .object(result)
  }
}

extension ConfigShape.Property {
  /// Whether a value must be given: there is no default, and leaving it out means nothing.
  var isRequired: Bool {
    if case .optional = shape { return false }
    return standard == nil
  }
}
