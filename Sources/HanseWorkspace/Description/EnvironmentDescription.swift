import HanseModel

extension Format where Value == [EnvironmentEntry] {
  /// Variables by name; the values may be secrets, so that no message shows one.
  static let environment = Format(
    schema: [
      "type": "object",
      "propertyNames": ["pattern": "^[A-Za-z_][A-Za-z0-9_]*$"],
      "additionalProperties": EnvironmentDescription.valueSchema,
    ],
    decode: { node, validation in
      validation.withSecrets { EnvironmentDescription.entries(node, &$0) }
    },
    encode: { entries in
      .object(entries.map { .init($0.name, EnvironmentDescription.encode($0.value)) })
    }
  )
}

/// How the environment of a location is written.
enum EnvironmentDescription {
  /// Either of the two objects; both members are there to be counted.
  private struct Reference: Sendable {
    var fromEnvironment: String?
    var fromFile: String?
  }

  private static let expected =
    "a string, { \"fromEnvironment\": \"NAME\" } or { \"fromFile\": \"PATH\" }"

  private static let variable = Format<String>.text(
    "the name of an environment variable",
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    isValid: isVariable
  )

  private static let reference = ObjectDescription<Reference>(
    Reference(),
    [
      MemberDescription(
        "fromEnvironment",
        \.fromEnvironment,
        variable.map({ .some($0) }, { $0 ?? "" }),
        showsDefault: false,
        "The variable of the host's own environment that holds the value."
      ),
      MemberDescription(
        "fromFile",
        \.fromFile,
        Format<String>.path.map({ .some($0) }, { $0 ?? "" }),
        showsDefault: false,
        "The file that holds the value, from the directory of workspace.json."
      ),
    ]
  ) { reference, node, validation in
    if (reference.fromEnvironment == nil) == (reference.fromFile == nil) {
      validation.report(node, "expected either \"fromEnvironment\" or \"fromFile\"")
    }
  }

  static let valueSchema: JSONValue = [
    "anyOf": [
      Format<String>.string.schema,
      reference.schema.adding("minProperties", 1).adding("maxProperties", 1),
    ]
  ]

  static func entries(
    _ node: JSONCNode,
    _ validation: inout Validation
  ) -> [EnvironmentEntry]? {
    guard case .object(let members) = node.kind else {
      validation.reportUnexpected(
        node,
        expected: "an object of variables such as { \"DATA_DIR\": \"Data\" }"
      )
      return nil
    }
    return members.compactMap { member in
      if !isVariable(member.name) {
        validation.report(
          at: member.namePosition,
          "expected the name of an environment variable (letters, digits and _, the first no "
            + "digit), found \(JSONCParser.quoted(member.name))"
        )
      }
      return validation.inside(member.name) { value(member.value, &$0) }
        .map { EnvironmentEntry(name: member.name, value: $0, position: member.namePosition) }
    }
  }

  static func encode(_ value: EnvironmentValue) -> JSONValue {
    switch value {
    case .literal(let text): .string(text)
    case .fromEnvironment(let name): ["fromEnvironment": .string(name)]
    case .fromFile(let path): ["fromFile": .string(path)]
    }
  }

  private static func value(
    _ node: JSONCNode,
    _ validation: inout Validation
  ) -> EnvironmentValue? {
    switch node.kind {
    case .string: return Format<String>.string.decode(node, &validation).map { .literal($0) }
    case .object:
      let found = reference.decode(node, &validation)
      if let name = found?.fromEnvironment { return .fromEnvironment(name) }
      return found?.fromFile.map { .fromFile($0) }
    case .number, .bool:
      validation.reportUnexpected(node, expected: expected, advice: "put the value in quotes")
    case .null, .array: validation.reportUnexpected(node, expected: expected)
    }
    return nil
  }

  private static func isVariable(_ text: String) -> Bool {
    guard let first = text.utf8.first, !Characters.isDigit(first) else { return false }
    return text.utf8.allSatisfy {
      Characters.isLower($0) || Characters.isUpper($0) || Characters.isDigit($0)
        || $0 == UInt8(ascii: "_")
    }
  }
}
