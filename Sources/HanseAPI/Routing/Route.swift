import HanseModel

/// What can be done with a location.
package enum LocationAction: String, Hashable, Sendable, CaseIterable {
  /// Starts the file anew, beside what serves.
  case reload
  /// Lets an earlier binary serve.
  case rollback
  /// Starts what is stopped, or waits for its next try.
  case start
  /// Lets the steps in flight finish, and stops.
  case stop
  /// Ends the process, and starts another at once.
  case restart
  case enable
  /// Stops it so that only ``enable`` brings it back.
  case disable
}

/// What a path leads to.
enum Route: Hashable, Sendable {
  case health
  case locations
  case location(String)
  case locationAction(LocationAction, String)
  case locationDiff(String)
  case generations(String)
  case reload
  case locationLogs(String)
  case assets
  case asset(AssetKey)
  case graph
  case diagnostics
  case runs
  case run(String)
  case cancel(String)
  case runLogs(String)
  case events
  case queues
  case queue(String)
  case queueWaiting(String)
  case pools
  case explain

  /// Finds the route of a path.
  ///
  /// - Returns: Nil when it leads nowhere.
  init?(path: String) {
    if path == APIPath.health {
      self = .health
      return
    }
    guard path.hasPrefix(APIPath.base + "/") else { return nil }
    let parts = path.dropFirst(APIPath.base.count + 1)
      .split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !parts.contains("") else { return nil }
    if parts[0] == "assets", parts.count > 1 {
      self = .asset(AssetKey(parts.dropFirst().joined(separator: "/")))
      return
    }
    switch (parts.count, parts[0], parts.count > 2 ? parts[2] : "") {
    case (1, "locations", _): self = .locations
    case (2, "locations", _): self = .location(parts[1])
    case (3, "locations", "logs"): self = .locationLogs(parts[1])
    case (3, "locations", "diff"): self = .locationDiff(parts[1])
    case (3, "locations", "generations"): self = .generations(parts[1])
    case (3, "locations", let last):
      guard let action = LocationAction(rawValue: last) else { return nil }
      self = .locationAction(action, parts[1])
    case (1, "reload", _): self = .reload
    case (1, "assets", _): self = .assets
    case (1, "graph", _): self = .graph
    case (1, "diagnostics", _): self = .diagnostics
    case (1, "runs", _): self = .runs
    case (2, "runs", _): self = .run(parts[1])
    case (3, "runs", "cancel"): self = .cancel(parts[1])
    case (3, "runs", "logs"): self = .runLogs(parts[1])
    case (1, "events", _): self = .events
    case (1, "queues", _): self = .queues
    case (2, "queues", _): self = .queue(parts[1])
    case (3, "queues", "waiting"): self = .queueWaiting(parts[1])
    case (1, "pools", _): self = .pools
    case (1, "explain", _): self = .explain
    default: return nil
    }
  }

  /// The methods that mean something there, besides HEAD and OPTIONS.
  var methods: [String] {
    switch self {
    case .locationAction, .reload, .cancel: ["POST"]
    case .runs: ["GET", "POST"]
    case .health, .locations, .location, .locationLogs, .locationDiff, .generations, .assets,
      .asset,
      .graph, .diagnostics, .run, .runLogs, .events, .queues, .queue, .queueWaiting, .pools,
      .explain:
      ["GET"]
    }
  }

  /// All that the Allow header names.
  var allowed: [String] {
    (methods.contains("GET") ? methods + ["HEAD"] : methods) + ["OPTIONS"]
  }

  /// The query parameters of a GET.
  var parameters: [String] {
    switch self {
    case .assets: ["selection", "limit", "cursor"]
    case .graph: ["selection"]
    case .runs: ["status", "limit", "cursor"]
    case .locationLogs: ["lines", "run", "cursor"]
    case .runLogs: ["lines", "cursor"]
    case .events: ["after", "before", "limit", "cursor", "run", "kind", "asset", "location"]
    case .health: ["settledWithinMilliseconds"]
    case .locationDiff: ["from", "to"]
    case .queues: ["running", "waiting"]
    case .queueWaiting: ["limit", "cursor"]
    case .explain: ["run", "step", "asset", "limit", "cursor"]
    case .locations, .location, .locationAction, .generations, .reload, .asset, .diagnostics, .run,
      .cancel, .queue, .pools:
      []
    }
  }

  /// The path that somebody meant to type; nil when none is near.
  static func nearest(to path: String) -> String? {
    let known = [
      APIPath.health, APIPath.locations, APIPath.assets, APIPath.graph, APIPath.diagnostics,
      APIPath.runs, APIPath.events, APIPath.reload, APIPath.queues, APIPath.pools, APIPath.explain,
    ]
    var wanted = path
    while wanted.count > 1, wanted.hasSuffix("/") { wanted.removeLast() }
    if known.contains(wanted) { return wanted }
    // Without the prefix, or with a part too many, the right one is still plain to see.
    let prefixed = known.first { $0 == APIPath.base + wanted }
    if let prefixed { return prefixed }
    let head = wanted.split(separator: "/").prefix(3).joined(separator: "/")
    return Spelling.nearest(to: "/" + head, among: known)
  }
}
