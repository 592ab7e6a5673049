import HanseModel

extension Format {
  /// An array whose elements are all written in one way.
  static func list<Element: Sendable>(
    of element: Format<Element>,
    _ expected: String
  ) -> Format where Value == [Element] {
    Format(
      schema: ["type": "array", "items": element.schema],
      decode: { node, validation in
        guard case .array(let found) = node.kind else {
          validation.reportUnexpected(node, expected: expected)
          return nil
        }
        return found.enumerated().compactMap { index, item in
          validation.inside(index: index) { element.decode(item.value, &$0) }
        }
      },
      encode: { .array($0.map(element.encode)) }
    )
  }
}

extension Format where Value == [String: String] {
  static let labels = Format(
    schema: [
      "type": "object",
      "propertyNames": ["pattern": "^[A-Za-z0-9_.-]{1,63}$"],
      "additionalProperties": Format<String>.string.schema,
    ],
    decode: { node, validation in
      guard case .object(let members) = node.kind else {
        validation.reportUnexpected(
          node,
          expected: "an object of labels such as { \"team\": \"ingest\" }"
        )
        return nil
      }
      var labels: [String: String] = [:]
      for member in members {
        if !(1...63).contains(member.name.utf8.count)
          || !member.name.utf8.allSatisfy(Characters.isKey)
        {
          validation.report(
            at: member.namePosition,
            "expected a label's name of 1 to 63 letters, digits and _ . -, found "
              + JSONCParser.quoted(member.name)
          )
        }
        labels[member.name] = validation.inside(member.name) {
          Format<String>.string.decode(member.value, &$0)
        }
      }
      return labels
    },
    encode: { labels in
      .object(labels.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }
  )
}
