import HanseModel

extension Format where Value == SandboxEntry? {
  /// `true`, or an object of what may be reached; `false` and `null` for no sandbox.
  static let sandbox = Format(
    schema: ["anyOf": [["type": "boolean"], SandboxDescription.members.schema, ["type": "null"]]],
    decode: { node, validation in
      switch node.kind {
      case .bool(let isWanted): return .some(isWanted ? SandboxEntry() : nil)
      case .null: return .some(nil)
      case .object: return SandboxDescription.members.decode(node, &validation).map { .some($0) }
      case .string, .number, .array:
        validation.reportUnexpected(
          node,
          expected: "true, false or an object such as { \"write\": [\"Data\"] }"
        )
        return nil
      }
    },
    encode: { entry in entry.map { SandboxDescription.members.format.encode($0) } ?? false }
  )
}

/// The members of a location's `sandbox`.
enum SandboxDescription {
  static let members = ObjectDescription<SandboxEntry>(
    SandboxEntry(),
    [
      MemberDescription(
        "read",
        \.read,
        paths.map({ .some($0) }, { $0 ?? [] }),
        showsDefault: false,
        "What it may read beside the system's programs and libraries; all but the host's state "
          + "directory if left out."
      ),
      MemberDescription(
        "write",
        \.write,
        paths,
        "What it may read and write beside its working directory and its own folder."
      ),
      MemberDescription(
        "network",
        \.network,
        network,
        "Whether it may use TCP: true, false, or the ports that it may connect to."
      ),
      MemberDescription(
        "required",
        \.isRequired,
        .boolean,
        "Whether it is refused where the kernel has no Landlock, rather than run without a sandbox."
      ),
    ]
  )

  private static let paths = Format<[String]>.list(
    of: .path,
    "an array of paths such as [\"Data\"]"
  )

  private static let ports = Format<[Int]>.list(
    of: .integer(1...65535),
    "true, false or an array of ports such as [443]"
  )

  private static let network = Format<SandboxEntry.Network>(
    schema: ["anyOf": [["type": "boolean"], ports.schema]],
    decode: { node, validation in
      if case .bool(let isWanted) = node.kind {
        return isWanted ? .unrestricted : .connections(to: [])
      }
      return ports.decode(node, &validation).map { .connections(to: $0) }
    },
    encode: { network in
      switch network {
      case .unrestricted: true
      case .connections(to: let list): list.isEmpty ? false : ports.encode(list)
      }
    }
  )
}
