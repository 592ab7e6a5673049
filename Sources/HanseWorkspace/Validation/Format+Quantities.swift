import HanseModel

extension Format where Value == Duration {
  static let duration = Format(
    schema: ["type": "string", "pattern": .string(DurationText.pattern)],
    decode: { node, validation in
      if let text = node.stringValue, let value = DurationText.parse(text) { return value }
      validation.reportUnexpected(
        node,
        expected: "a duration such as \"10s\"",
        advice: adviceOnDuration(node)
      )
      return nil
    },
    encode: { .string(DurationText.text($0)) }
  )

  private static func adviceOnDuration(_ node: JSONCNode) -> String? {
    switch node.kind {
    case .string(let text):
      if Quantity(text)?.unit == "" { return "add a unit: ms, s, m or h" }
      return "write a whole number above 0 and one unit: ms, s, m or h"
    default: return nil
    }
  }
}

extension Format where Value == Int64 {
  /// A size in bytes.
  static func size(atLeast least: Int64) -> Format {
    Format(
      schema: ["type": "string", "pattern": .string(SizeText.pattern)],
      decode: { node, validation in
        guard let text = node.stringValue, let value = SizeText.parse(text) else {
          validation.reportUnexpected(
            node,
            expected: "a size such as \"64MiB\"",
            advice: node.stringValue.map(adviceOnSize)
          )
          return nil
        }
        if value >= least { return value }
        validation.reportUnexpected(node, expected: "at least \"\(SizeText.text(least))\"")
        return nil
      },
      encode: { .string(SizeText.text($0)) }
    )
  }

  /// A size in bytes, or none of it: `0B`.
  static let sizeOrNone: Format = {
    let some = size(atLeast: 1)
    return Format(
      schema: ["anyOf": [some.schema, ["const": "0B"]]],
      decode: { node, validation in
        node.stringValue == "0B" ? 0 : some.decode(node, &validation)
      },
      encode: some.encode
    )
  }()

  private static func adviceOnSize(_ text: String) -> String {
    guard let quantity = Quantity(text) else { return "write a whole number above 0 and a unit" }
    let names = SizeText.units.map(\.name)
    if names.contains(quantity.unit) { return "that is more than can be counted" }
    if let near = names.first(where: { $0.lowercased() == quantity.unit.lowercased() }) {
      return "did you mean \"\(quantity.count)\(near)\"?"
    }
    return "the units are B, KB, KiB, MB, MiB, GB, GiB, TB and TiB"
  }
}
