import HanseModel

/// The members of an object of the file: what validates them and what the JSON Schema says.
struct ObjectDescription<Root: Sendable>: Sendable {
  /// What the members that are left out have.
  let initial: Root
  let members: [MemberDescription<Root>]
  /// Checks members against each other, once each of them is right.
  let check: @Sendable (Root, JSONCNode, inout Validation) -> Void

  init(
    _ initial: Root,
    _ members: [MemberDescription<Root>],
    check: @escaping @Sendable (Root, JSONCNode, inout Validation) -> Void = { _, _, _ in }
  ) {
    self.initial = initial
    self.members = members
    self.check = check
  }

  /// Reads the object; what is wrong is reported, and its default used.
  func decode(_ node: JSONCNode, _ validation: inout Validation) -> Root? {
    guard case .object(let found) = node.kind else {
      validation.reportUnexpected(node, expected: "an object")
      return nil
    }
    let before = validation.errorCount
    var root = initial
    for member in found {
      if let description = members.first(where: { $0.name == member.name }) {
        validation.inside(member.name) { description.apply(member.value, &root, &$0) }
      } else {
        validation.reportUnknown(member, known: members.map(\.name))
      }
    }
    for member in members where member.isRequired && node.member(member.name) == nil {
      validation.report(node, "missing member \"\(member.name)\": \(member.hint)")
    }
    if validation.errorCount == before { check(root, node, &validation) }
    return root
  }

  var schema: JSONValue {
    var result: JSONValue = [
      "type": "object",
      "properties": .object(members.map { .init($0.name, $0.schema(initial)) }),
      "additionalProperties": false,
    ]
    let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { result = result.adding("required", .array(required)) }
    return result
  }

  /// The object as the value of a member.
  var format: Format<Root> {
    Format(
      schema: schema,
      decode: { node, validation in decode(node, &validation) },
      encode: { root in
        .object(members.compactMap { member in member.encode(root).map { .init(member.name, $0) } })
      }
    )
  }
}

/// One member of an object: its name, where its value goes, how it is written, and what it means.
struct MemberDescription<Root: Sendable>: Sendable {
  let name: String
  let summary: String
  let isRequired: Bool
  let apply: @Sendable (JSONCNode, inout Root, inout Validation) -> Void
  /// Nil for what has no default to show.
  let encode: @Sendable (Root) -> JSONValue?
  private let bareSchema: JSONValue

  /// Describes a member; `showsDefault` is false where the default depends on other members.
  init<Value: Sendable>(
    _ name: String,
    _ path: any WritableKeyPath<Root, Value> & Sendable,
    _ format: Format<Value>,
    isRequired: Bool = false,
    showsDefault: Bool = true,
    _ summary: String
  ) {
    self.name = name
    self.summary = summary
    self.isRequired = isRequired
    self.bareSchema = format.schema
    self.apply = { node, root, validation in
      if let value = format.decode(node, &validation) { root[keyPath: path] = value }
    }
    // A bare nil would be the JSON value null.
    self.encode = { root in
      isRequired || !showsDefault ? .none : .some(format.encode(root[keyPath: path]))
    }
  }

  /// The summary as part of a message.
  var hint: String {
    let body = summary.last == "." ? summary.dropLast() : summary[...]
    return body.prefix(1).lowercased() + body.dropFirst()
  }

  func schema(_ initial: Root) -> JSONValue {
    let described = bareSchema.adding("description", .string(summary))
    return encode(initial).map { described.adding("default", $0) } ?? described
  }
}
