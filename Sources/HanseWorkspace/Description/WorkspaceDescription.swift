import HanseModel

/// A location's entry as it was found.
struct LocationDraft: Sendable {
  var node: JSONCNode
  var entry: LocationEntry
  /// Whether the entry has a name that is one.
  var isNamed: Bool
}

/// The file as it was read, before its parts are held against each other.
struct WorkspaceDraft: Sendable {
  var schema: String?
  var version = 1
  var name: String?
  var locations: [LocationDraft] = []
  var queues: [QueueEntry] = []
  var pools: [PoolEntry] = []
  var tagLimits: [TagLimitEntry] = []
  var limits = WorkspaceLimits()
  var storage = StorageEntry()
  var server = ServerEntry()
  var io: IOEntry?
}

/// The members of workspace.json: the one description that validates and makes the JSON Schema.
enum WorkspaceDescription {
  static let file = ObjectDescription<WorkspaceDraft>(WorkspaceDraft(), heading + parts)

  private static let heading: [MemberDescription<WorkspaceDraft>] = [
    MemberDescription(
      "$schema",
      \.schema,
      Format<String>.string.map({ .some($0) }, { $0 ?? "" }),
      showsDefault: false,
      "Where an editor finds this schema."
    ),
    MemberDescription(
      "version",
      \.version,
      version,
      isRequired: true,
      "The version of this format: 1."
    ),
    MemberDescription(
      "name",
      \.name,
      Format<String>.name.map({ .some($0) }, { $0 ?? "" }),
      showsDefault: false,
      "What the workspace is called; its directory's name if left out."
    ),
  ]

  private static let parts: [MemberDescription<WorkspaceDraft>] = [
    MemberDescription(
      "locations",
      \.locations,
      locations,
      "The code locations that make up the platform."
    ),
    MemberDescription(
      "queues",
      \.queues,
      .list(of: QueueDescriptions.queue.format, "an array of queues"),
      "The queues that runs wait in; \"default\" is there without being listed."
    ),
    MemberDescription(
      "pools",
      \.pools,
      .list(of: QueueDescriptions.pool.format, "an array of pools"),
      "What is scarce, in units that steps lease."
    ),
    MemberDescription(
      "tagLimits",
      \.tagLimits,
      .list(of: QueueDescriptions.tagLimit.format, "an array of limits on tags"),
      "How many steps of runs with a tag may run at once."
    ),
    MemberDescription(
      "limits",
      \.limits,
      QueueDescriptions.limits.format,
      "What all locations together may do at once."
    ),
    MemberDescription(
      "storage",
      \.storage,
      storage.format,
      "Where the host keeps what it remembers."
    ),
    MemberDescription("server", \.server, server.format, "Where a running host can be reached."),
    MemberDescription(
      "io",
      \.io,
      Format<IOEntry>.io.orNull,
      showsDefault: false,
      "Which I/O manager keeps the values of assets."
    ),
  ]

  private static let version = Format<Int>(
    schema: ["const": 1],
    decode: { node, validation in
      if case .number(let text) = node.kind, Double(text) == 1 { return 1 }
      validation.reportUnexpected(node, expected: "1, the only version there is")
      return nil
    },
    encode: { .integer(Int64($0)) }
  )

  /// Errors in an element belong to it, and none of them is an error of the array.
  private static let locations = Format<[LocationDraft]>(
    schema: ["type": "array", "items": LocationDescription.entry.schema],
    decode: { node, validation in
      guard case .array(let elements) = node.kind else {
        validation.reportUnexpected(node, expected: "an array of locations")
        return nil
      }
      return elements.enumerated().map { index, element in
        validation.inLocation(index) { draft(element.value, &$0) }
      }
    },
    encode: { _ in [] }
  )

  private static func draft(
    _ node: JSONCNode,
    _ validation: inout Validation
  ) -> LocationDraft {
    var entry = LocationDescription.entry.decode(node, &validation) ?? LocationEntry()
    entry.position = node.position
    return LocationDraft(node: node, entry: entry, isNamed: !entry.name.text.isEmpty)
  }

  private static let storage = ObjectDescription<StorageEntry>(
    StorageEntry(),
    [
      MemberDescription("kind", \.kind, .choice, "What keeps it."),
      MemberDescription(
        "path",
        \.path,
        .path,
        "The directory, from that of workspace.json."
      ),
    ]
  )

  private static let loopbackNames = ["127.0.0.1", "localhost"]

  /// An address that another machine could reach is refused rather than quietly not listened on.
  private static let loopback = Format<String>(
    schema: ["enum": .array(loopbackNames.map { .string($0) })],
    decode: { node, validation in
      if let text = node.stringValue, loopbackNames.contains(text) { return text }
      validation.reportUnexpected(
        node,
        expected: Validation.list(loopbackNames),
        advice: "the API has no authentication yet, so only this machine may reach it"
      )
      return nil
    },
    encode: { .string($0) }
  )

  private static let server = ObjectDescription<ServerEntry>(
    ServerEntry(),
    [
      MemberDescription(
        "host",
        \.host,
        loopback,
        "The address to listen on: this machine's own, for the API has no authentication yet."
      ),
      MemberDescription(
        "port",
        \.port,
        .integer(0...65535),
        "The port to listen on, that one or none; 0 for any free one. If left out, the next free one from the default on."
      ),
    ]
  )
}
