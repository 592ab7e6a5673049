package import HanseModel

/// Asks the location to run one attempt at one step.
package struct StepRequest: Hashable, Sendable {
  package var attempt: AttemptID
  /// The assets to make; for a check, the asset to look at.
  package var assets: [AssetKey]
  /// The check to run; nil to make the assets.
  package var check: String?
  package var partition: PartitionKey?
  package var config: JSONValue?
  package var tags: [String: String]
  package var timeoutMilliseconds: Int64?
  /// The latest materialization of each upstream that has one.
  package var upstream: [MaterializationRecord]

  package init(
    attempt: AttemptID,
    assets: [AssetKey],
    check: String? = nil,
    partition: PartitionKey? = nil,
    config: JSONValue? = nil,
    tags: [String: String] = [:],
    timeoutMilliseconds: Int64? = nil,
    upstream: [MaterializationRecord] = []
  ) {
    self.attempt = attempt
    self.assets = assets
    self.check = check
    self.partition = partition
    self.config = config
    self.tags = tags
    self.timeoutMilliseconds = timeoutMilliseconds
    self.upstream = upstream
  }
}

/// How an attempt ended; the answer to ``StepRequest``.
package enum StepOutcome: Hashable, Sendable {
  case succeeded
  case failed(StepFailure)
  case canceled
}

/// What happened within an attempt, told while it runs.
package enum StepEvent: Hashable, Sendable {
  case materialized(Materialization)
  case observed(Materialization)
  case checked(CheckResult)
  case logged(LogRecord)
  /// How far it is, from 0 to 1 where that is known; shown, but not kept.
  case progress(fraction: Double?, message: String?)
  case unknown(kind: String)

  package var kind: String {
    switch self {
    case .materialized: "materialized"
    case .observed: "observed"
    case .checked: "checked"
    case .logged: "logged"
    case .progress: "progress"
    case .unknown(let kind): kind
    }
  }
}

extension AttemptID {
  package func writeMembers(to json: inout JSONWriter) {
    json.member("run", run)
    json.member("step", step)
    json.member("attempt", attempt)
    json.member("epoch", epoch)
  }
}

/// The four members that name an attempt, as they come.
private struct AttemptMembers {
  var run: RunID?
  var step: StepKey?
  var attempt: Int?
  var epoch: HostEpoch?

  /// Reads the member when it is one of the four.
  mutating func take(_ name: String, _ json: inout JSONReader) throws(JSONError) -> Bool {
    switch name {
    case "run": run = try json.value()
    case "step": step = try json.value()
    case "attempt": attempt = try json.int()
    case "epoch": epoch = try json.value()
    default: return false
    }
    return true
  }

  func id(at offset: Int) throws(JSONError) -> AttemptID {
    AttemptID(
      run: try run.orMissing("run", at: offset),
      step: try step.orMissing("step", at: offset),
      attempt: try attempt.orMissing("attempt", at: offset),
      epoch: try epoch.orMissing("epoch", at: offset)
    )
  }
}

extension AttemptID: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var members = AttemptMembers()
    try json.object { name, json throws(JSONError) in
      if try !members.take(name, &json) { try json.skip() }
    }
    self = try members.id(at: json.offset)
  }
}

extension StepRequest: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    attempt.writeMembers(to: &json)
    json.member("assets", assets, evenIfEmpty: true)
    json.member("check", check)
    json.member("partition", partition)
    json.member("config", config)
    json.member("tags", tags)
    json.member("timeoutMilliseconds", timeoutMilliseconds)
    json.member("upstream", upstream)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var members = AttemptMembers()
    var keys: [AssetKey]?
    let none = AttemptID(run: "", step: "", attempt: 0, epoch: HostEpoch(0))
    self.init(attempt: none, assets: [])
    try json.object { name, json throws(JSONError) in
      if try members.take(name, &json) { return }
      switch name {
      case "assets": keys = try json.list()
      case "check": check = try json.optional()
      case "partition": partition = try json.optional()
      case "config": config = try json.optional()
      case "tags": tags = try json.dictionary()
      case "timeoutMilliseconds": timeoutMilliseconds = try json.optional()
      case "upstream": upstream = try json.list()
      default: try json.skip()
      }
    }
    attempt = try members.id(at: json.offset)
    assets = try keys.orMissing("assets", at: json.offset)
  }
}

extension StepOutcome: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    switch self {
    case .succeeded: json.member("status", "succeeded")
    case .failed(let failure):
      json.member("status", "failed")
      json.member("failure", failure)
    case .canceled: json.member("status", "canceled")
    }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    let offset = json.offset
    var found: String?
    var failure: StepFailure?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "status": found = try json.string()
      case "failure": failure = try json.value()
      default: try json.skip()
      }
    }
    let status = try found.orMissing("status", at: offset)
    switch status {
    case "succeeded": self = .succeeded
    case "failed": self = .failed(try failure.orMissing("failure", at: offset))
    case "canceled": self = .canceled
    default:
      let message = "\"\(status)\" is not one of \"succeeded\", \"failed\", \"canceled\""
      throw JSONError(.outOfRange, at: offset, message, path: ["status"])
    }
  }
}

extension StepEvent: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("kind", kind)
    switch self {
    case .materialized(let value), .observed(let value): json.member("data", value)
    case .checked(let value): json.member("data", value)
    case .logged(let value): json.member("data", value)
    case .progress(let fraction, let message):
      json.name("data")
      json.beginObject()
      json.member("fraction", fraction)
      json.member("message", message)
      json.endObject()
    case .unknown: json.member("data", JSONValue.object([]))
    }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var found: String?
    var place: Int?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "kind": found = try json.string()
      case "data": place = try json.skip().lowerBound
      default: try json.skip()
      }
    }
    let kind = try found.orMissing("kind", at: json.offset)
    var data = JSONReader(json.bytes, at: try place.orMissing("data", at: json.offset))
    do throws(JSONError) {
      switch kind {
      case "materialized": self = .materialized(try data.value())
      case "observed": self = .observed(try data.value())
      case "checked": self = .checked(try data.value())
      case "logged": self = .logged(try data.value())
      case "progress": self = try StepEvent.progress(from: &data)
      default: self = .unknown(kind: kind)
      }
    } catch {
      throw error.inside("data")
    }
  }

  private static func progress(from json: inout JSONReader) throws(JSONError) -> StepEvent {
    var fraction: Double?
    var message: String?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "fraction": fraction = try json.optional()
      case "message": message = try json.optional()
      default: try json.skip()
      }
    }
    return .progress(fraction: fraction, message: message)
  }
}

/// A step event with the attempt it belongs to: the parameters of `step/event`.
package struct StepEventNotice: Hashable, Sendable {
  package var attempt: AttemptID
  package var event: StepEvent

  package init(attempt: AttemptID, event: StepEvent) {
    self.attempt = attempt
    self.event = event
  }
}

extension StepEventNotice: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    attempt.writeMembers(to: &json)
    json.member("event", event)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var members = AttemptMembers()
    var event: StepEvent?
    try json.object { name, json throws(JSONError) in
      if try members.take(name, &json) { return }
      switch name {
      case "event": event = try json.value()
      default: try json.skip()
      }
    }
    self.init(
      attempt: try members.id(at: json.offset),
      event: try event.orMissing("event", at: json.offset)
    )
  }
}
