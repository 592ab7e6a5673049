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

/// What can be done with a limit: a queue's, a pool's, a location's, the workspace's.
package enum LimitAction: String, Hashable, Sendable, CaseIterable {
  /// Gives it other values than the workspace file does, until they are reset.
  case set
  /// Lets nothing new start; what runs goes on.
  case pause
  case resume
  /// Pauses, and tells when the last step that runs has ended.
  case drain
  /// Lets the values of the workspace file hold again.
  case reset
}

/// What a path leads to.
enum Route: Hashable, Sendable {
  case health
  case description
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
  case limit(LimitAction, LimitTarget)
  case requeue
  case cancelSteps

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
    case (1, "openapi.json", _): self = .description
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
    case (1, "requeue", _): self = .requeue
    case (2, "steps", _) where parts[1] == "cancel": self = .cancelSteps
    case (3, "queues", let last), (3, "pools", let last), (3, "workspace", let last),
      (4, "locations", let last):
      guard let limit = Self.limit(parts, last) else { return nil }
      self = limit
    case (1, "explain", _): self = .explain
    default: return nil
    }
  }

  /// An action on a limit; a location's has a part more, for it has actions of its own.
  private static func limit(_ parts: [String], _ last: String) -> Route? {
    let target: LimitTarget? =
      switch (parts[0], parts.count) {
      case ("queues", 3): .queue(parts[1])
      case ("pools", 3): .pool(parts[1])
      case ("workspace", 3) where parts[1] == "limits": .workspace
      case ("locations", 4) where parts[2] == "limits": .location(LocationName(parts[1]))
      default: nil
      }
    guard let target, let action = LimitAction(rawValue: parts[parts.count - 1]) else { return nil }
    return .limit(action, target)
  }

  /// The methods that mean something there, besides HEAD and OPTIONS.
  var methods: [String] {
    switch self {
    case .locationAction, .reload, .cancel, .limit, .requeue, .cancelSteps: ["POST"]
    case .runs: ["GET", "POST"]
    case .health, .description, .locations, .location, .locationLogs, .locationDiff, .generations,
      .assets,
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
    case .graph: ["selection", "cursor"]
    case .diagnostics: ["limit", "cursor"]
    case .runs: ["status", "limit", "cursor"]
    case .locationLogs: ["lines", "run", "cursor"]
    case .runLogs: ["lines", "cursor"]
    case .events: ["after", "before", "limit", "cursor", "run", "kind", "asset", "location"]
    case .health: ["settledWithinMilliseconds"]
    case .locationDiff: ["from", "to"]
    case .queues: ["running", "waiting"]
    case .queueWaiting: ["limit", "cursor"]
    case .explain: ["run", "step", "asset", "limit", "cursor"]
    case .location: ["decidedWithinMilliseconds"]
    case .description, .locations, .locationAction, .generations, .reload, .asset, .run, .cancel,
      .queue, .pools, .limit, .requeue, .cancelSteps:
      []
    }
  }

  /// The path that somebody meant to type; nil when none is near.
  ///
  /// It leads somewhere, and differs in one word at most: what is named in it stays as it is.
  static func nearest(to path: String) -> String? {
    let parts = path.split(separator: "/").map(String.init)
    let whole = "/" + parts.joined(separator: "/")
    if let health = Spelling.nearest(to: whole, among: [APIPath.health]) { return health }
    // Without the prefix, or with that of another version, the right one is still plain to see.
    let named = Array(parts.drop { $0 == "api" || $0.wholeMatch(of: /v\d+/) != nil })
    if let path = existing(named) { return path }
    for place in named.indices {
      let fitting = words.filter { existing(replacing(place, of: named, by: $0)) != nil }
      if let word = Spelling.nearest(to: named[place], among: fitting) {
        return existing(replacing(place, of: named, by: word))
      }
    }
    return nil
  }

  /// What stands in paths as it is.
  private static let words: [String] =
    [
      "locations", "assets", "graph", "diagnostics", "runs", "events", "reload", "queues", "pools",
      "explain", "requeue", "steps", "cancel", "openapi.json", "logs", "diff", "generations",
      "waiting", "workspace", "limits",
    ] + LocationAction.allCases.map(\.rawValue) + LimitAction.allCases.map(\.rawValue)

  /// The path of the API with these parts; nil when it leads nowhere.
  private static func existing(_ parts: [String]) -> String? {
    let path = "\(APIPath.base)/\(parts.joined(separator: "/"))"
    return Route(path: path) == nil ? nil : path
  }

  private static func replacing(_ place: Int, of parts: [String], by word: String) -> [String] {
    var parts = parts
    parts[place] = word
    return parts
  }
}
