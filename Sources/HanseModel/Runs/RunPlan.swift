/// The steps of a run and their order, decided when the run is launched.
///
/// It is part of the event log, so that a run means the same after a restart, whatever the
/// locations define by then.
public struct RunPlan: Hashable, Sendable {
  /// In an order in which each step comes after those it depends on.
  public var steps: [PlannedStep]

  public init(steps: [PlannedStep] = []) { self.steps = steps }

  /// How many steps each location has in it.
  package var stepCounts: [LocationName: Int] {
    steps.reduce(into: [:]) { $0[$1.location, default: 0] += 1 }
  }
}

/// One step of a run: what one message to one location asks for.
public struct PlannedStep: Hashable, Sendable {
  public var key: StepKey
  public var location: LocationName
  /// The assets that the step makes; for a check, the asset it looks at.
  public var assets: [AssetKey]
  /// The check that the step runs; nil for a step that makes assets.
  public var check: String?
  /// The positions in the plan of the steps that must have succeeded before.
  public var dependsOn: [Int]
  public var retry: RetryPolicy
  public var timeoutMilliseconds: Int64?
  public var pools: [String: Int]
  /// What becomes of it when a limit is hit; nil for waiting.
  public var onLimit: OnLimit?
  /// The configuration given for this run.
  public var config: JSONValue?

  public init(
    key: StepKey,
    location: LocationName,
    assets: [AssetKey],
    check: String? = nil,
    dependsOn: [Int] = [],
    retry: RetryPolicy = .none,
    timeoutMilliseconds: Int64? = nil,
    pools: [String: Int] = [:],
    onLimit: OnLimit? = nil,
    config: JSONValue? = nil
  ) {
    self.key = key
    self.location = location
    self.assets = assets
    self.check = check
    self.dependsOn = dependsOn
    self.retry = retry
    self.timeoutMilliseconds = timeoutMilliseconds
    self.pools = pools
    self.onLimit = onLimit
    self.config = config
  }
}

/// What somebody asked for when launching a run.
public struct RunRequest: Hashable, Sendable {
  /// The selection as it was written.
  public var selection: String
  public var partition: PartitionKey?
  /// Configuration by asset key or operation.
  public var config: [String: JSONValue]
  public var tags: [String: String]
  /// The queue that its steps wait in; nil for each location's own.
  public var queue: String?
  /// The greater the sooner, among the steps of one location in one queue; from -1000 to 1000.
  public var priority: Int
  /// What becomes of its steps when a limit is hit; nil for what their assets say.
  public var onLimit: OnLimit?
  /// What launched it: `api`, `cli`, later a schedule, a sensor, a condition, a backfill.
  public var trigger: String

  public init(
    selection: String,
    partition: PartitionKey? = nil,
    config: [String: JSONValue] = [:],
    tags: [String: String] = [:],
    queue: String? = nil,
    priority: Int = 0,
    onLimit: OnLimit? = nil,
    trigger: String = "api"
  ) {
    self.selection = selection
    self.partition = partition
    self.config = config
    self.tags = tags
    self.queue = queue
    self.priority = priority
    self.onLimit = onLimit
    self.trigger = trigger
  }
}

extension RunPlan: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("steps", steps, evenIfEmpty: true)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "steps": steps = try json.list()
      default: try json.skip()
      }
    }
  }
}

extension PlannedStep: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("key", key)
    json.member("location", location)
    json.member("assets", assets, evenIfEmpty: true)
    json.member("check", check)
    json.member("dependsOn", dependsOn)
    if retry != .none { json.member("retry", retry) }
    json.member("timeoutMilliseconds", timeoutMilliseconds)
    json.member("pools", pools)
    json.member("onLimit", onLimit)
    json.member("config", config)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(key: "", location: "", assets: [])
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "location": location = try json.value()
      case "assets": assets = try json.list()
      case "check": check = try json.optional()
      case "dependsOn": dependsOn = try json.list()
      case "retry": retry = try json.value()
      case "timeoutMilliseconds": timeoutMilliseconds = try json.optional()
      case "pools": pools = try json.dictionary()
      case "onLimit": onLimit = try json.optional()
      case "config": config = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension RunRequest: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("selection", selection)
    json.member("partition", partition)
    json.member("config", config)
    json.member("tags", tags)
    json.member("queue", queue)
    if priority != 0 { json.member("priority", priority) }
    json.member("onLimit", onLimit)
    json.member("trigger", trigger)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(selection: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "selection": selection = try json.string()
      case "partition": partition = try json.optional()
      case "config": config = try json.dictionary()
      case "tags": tags = try json.dictionary()
      case "queue": queue = try json.optional()
      case "priority": priority = try json.int()
      case "onLimit": onLimit = try json.optional()
      case "trigger": trigger = try json.string()
      default: try json.skip()
      }
    }
  }
}
