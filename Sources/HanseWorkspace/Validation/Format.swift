import HanseModel

/// How a value is written in the file: how to read it, how to write it, and its JSON Schema.
struct Format<Value: Sendable>: Sendable {
  var schema: JSONValue
  /// Reads a value, or reports what is wrong and returns nil.
  var decode: @Sendable (JSONCNode, inout Validation) -> Value?
  /// Writes a value: how a default is shown in the schema.
  var encode: @Sendable (Value) -> JSONValue

  /// The same values, or `null` for none.
  var orNull: Format<Value?> {
    Format<Value?>(
      schema: ["anyOf": [schema, ["type": "null"]]],
      decode: { node, validation in
        if node.kind == .null { return .some(nil) }
        return decode(node, &validation).map { .some($0) }
      },
      encode: { $0.map(encode) ?? .null }
    )
  }

  /// The same values as another type.
  func map<Other: Sendable>(
    _ forward: @escaping @Sendable (Value) -> Other,
    _ back: @escaping @Sendable (Other) -> Value
  ) -> Format<Other> {
    Format<Other>(
      schema: schema,
      decode: { node, validation in decode(node, &validation).map(forward) },
      encode: { encode(back($0)) }
    )
  }
}

extension JSONValue {
  /// The same object with one more member.
  func adding(_ name: String, _ value: JSONValue) -> JSONValue {
    .object((objectMembers ?? []) + [Member(name, value)])
  }
}
