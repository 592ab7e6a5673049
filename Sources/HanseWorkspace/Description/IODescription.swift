import HanseModel

extension Format where Value == IOEntry {
  static let io = Format(
    schema: [
      "type": "object",
      "properties": [
        "kind": Format<String>.name.schema
          .adding(
            "description",
            "filesystem, or the name of an I/O manager that the location registers."
          )
          .adding("default", "filesystem")
      ],
      "if": ["properties": ["kind": ["const": "filesystem"]]],
      "then": IODescription.filesystem.schema,
    ],
    decode: IODescription.decode,
    encode: { io in
      .object(
        [.init("kind", .string(io.kind))] + (io.path.map { [.init("path", .string($0))] } ?? [])
      )
    }
  )
}

/// How an I/O manager is chosen.
enum IODescription {
  /// The kind whose members are known here; those of others are for the location to judge.
  static let filesystem = ObjectDescription<IOEntry>(
    IOEntry(),
    [
      MemberDescription("kind", \.kind, .name, "Which I/O manager keeps the values."),
      MemberDescription(
        "path",
        \.path,
        Format<String>.path.map({ .some($0) }, { $0 ?? "" }),
        showsDefault: false,
        "The directory of the values; the storage's own \"storage\" if left out."
      ),
    ]
  )

  static func decode(_ node: JSONCNode, _ validation: inout Validation) -> IOEntry? {
    guard case .object(let members) = node.kind else {
      validation.reportUnexpected(
        node,
        expected: "an object such as { \"kind\": \"filesystem\", \"path\": \".hanse/storage\" }"
      )
      return nil
    }
    guard let kind = node.member("kind")?.value, kind.stringValue != IOEntry.filesystem else {
      return filesystem.decode(node, &validation)
    }
    let name = validation.inside("kind") { Format<String>.name.decode(kind, &$0) }
    if let name, Spelling.nearest(to: name, among: [IOEntry.filesystem]) != nil {
      validation.report(
        at: kind.position,
        "\"io.kind\": \"\(name)\" has to be registered by the location; did you mean "
          + "\"filesystem\"?",
        severity: .warning
      )
    }
    let settings = members.filter { $0.name != "kind" }
    return name.map {
      IOEntry(
        kind: $0,
        settings: .object(settings.map { .init($0.name, $0.value.value) })
      )
    }
  }
}
