/// Something that limits steps, and that people can change while the host runs.
public enum LimitTarget: Hashable, Sendable, CustomStringConvertible {
  case workspace
  case queue(String)
  case pool(String)
  case location(LocationName)

  /// What it is called in the API and in events: `workspace`, `queue`, `pool` or `location`.
  public var kind: String {
    switch self {
    case .workspace: "workspace"
    case .queue: "queue"
    case .pool: "pool"
    case .location: "location"
    }
  }

  /// Its name; nil for the workspace.
  public var name: String? {
    switch self {
    case .workspace: nil
    case .queue(let name), .pool(let name): name
    case .location(let name): name.text
    }
  }

  public var description: String { name.map { "\(kind) \"\($0)\"" } ?? "the workspace" }

  /// The target of a kind and a name; nil when there is no such kind, or the name is missing.
  package init?(kind: String, name: String?) {
    switch (kind, name) {
    case ("workspace", _): self = .workspace
    case ("queue", let name?): self = .queue(name)
    case ("pool", let name?): self = .pool(name)
    case ("location", let name?): self = .location(LocationName(name))
    default: return nil
    }
  }
}

extension LimitTarget: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("kind", kind)
    json.member("name", name)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    let offset = json.offset
    var kind = ""
    var name: String?
    try json.object { member, json throws(JSONError) in
      switch member {
      case "kind": kind = try json.string()
      case "name": name = try json.optional()
      default: try json.skip()
      }
    }
    guard let target = LimitTarget(kind: kind, name: name) else {
      throw JSONError(.outOfRange, at: offset, "\"\(kind)\" is not a limit that can be changed")
    }
    self = target
  }
}
