package import HanseModel

/// One value of a text in JSON with comments, with its place in the text.
package struct JSONCNode: Hashable, Sendable {
  package indirect enum Kind: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONCElement])
    case object([JSONCMember])
  }

  package var kind: Kind
  /// The bytes of the value alone, without what is around it.
  package var range: Range<Int>
  package var position: SourcePosition

  package var members: [JSONCMember] {
    if case .object(let members) = kind { members } else { [] }
  }

  package var elements: [JSONCElement] {
    if case .array(let elements) = kind { elements } else { [] }
  }

  package var stringValue: String? {
    if case .string(let text) = kind { text } else { nil }
  }

  /// The member of that name of an object; nil for what is missing or no object.
  package func member(_ name: String) -> JSONCMember? {
    members.first { $0.name == name }
  }

  /// The value without its place.
  package var value: JSONValue {
    switch kind {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let text):
      if let integer = Int64(text) { .integer(integer) } else { .number(Double(text) ?? 0) }
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.value.value))
    case .object(let members): .object(members.map { .init($0.name, $0.value.value) })
    }
  }
}

/// One element of an array.
package struct JSONCElement: Hashable, Sendable {
  package var value: JSONCNode
  /// Where the comma after it is, if it has one.
  package var commaOffset: Int?
}

/// One member of an object.
package struct JSONCMember: Hashable, Sendable {
  package var name: String
  /// The bytes of the name with its quotes.
  package var nameRange: Range<Int>
  package var namePosition: SourcePosition
  package var value: JSONCNode
  /// Where the comma after it is, if it has one.
  package var commaOffset: Int?
}
