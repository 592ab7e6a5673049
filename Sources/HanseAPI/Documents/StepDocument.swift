package import HanseModel

/// One step of a run.
package struct StepDocument: Hashable, Sendable {
  /// How far an attempt in flight is.
  package struct Progress: Hashable, Sendable {
    package var elapsedMilliseconds: Int64
    /// From 0 to 1, as the step's code says.
    package var fraction: Double?
    package var message: String?

    package init(elapsedMilliseconds: Int64, fraction: Double? = nil, message: String? = nil) {
      self.elapsedMilliseconds = elapsedMilliseconds
      self.fraction = fraction
      self.message = message
    }
  }

  package var key: StepKey
  package var location: LocationName
  package var assets: [AssetKey] = []
  /// The check that it runs; nil for a step that makes assets.
  package var check: String?
  package var status = StepStatus.waiting
  /// The steps that must have succeeded before.
  package var dependsOn: [StepKey] = []
  /// How long the last attempt waited for a slot before it started.
  package var queuedMilliseconds: Int64?
  /// When the first attempt started.
  package var started: Timestamp?
  package var finished: Timestamp?
  /// How long the attempt that succeeded took.
  package var durationMilliseconds: Int64?
  package var attempts: [AttemptDocument] = []
  /// Of the last attempt that failed, until one succeeds.
  package var failure: StepFailure?
  package var skippedBecause: StepKey?
  /// Why it was canceled.
  package var message: String?
  /// Who canceled it for itself, and not with its run.
  package var canceledBy: Principal?
  package var progress: Progress?
  /// Why it waits, though all before it is done.
  package var held: String?
  package var checks: [CheckResult] = []
  package var materializations: [MaterializationDocument] = []
  /// Whether what it made, checked and failed of is not all told here, for want of room.
  package var isAbridged = false

  package init(key: StepKey, location: LocationName) {
    self.key = key
    self.location = location
  }
}

extension StepDocument.Progress: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("elapsedMilliseconds", elapsedMilliseconds)
    json.member("fraction", fraction)
    json.member("message", message)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(elapsedMilliseconds: 0)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "elapsedMilliseconds": elapsedMilliseconds = try json.int64()
      case "fraction": fraction = try json.optional()
      case "message": message = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension StepDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("key", key)
    json.member("location", location)
    json.member("assets", assets, evenIfEmpty: true)
    json.member("check", check)
    json.member("status", status)
    json.member("dependsOn", dependsOn)
    json.member("queuedMilliseconds", queuedMilliseconds)
    json.member("started", started)
    json.member("finished", finished)
    json.member("durationMilliseconds", durationMilliseconds)
    json.member("attempts", attempts)
    json.member("failure", failure)
    json.member("skippedBecause", skippedBecause)
    json.member("message", message)
    json.member("canceledBy", canceledBy)
    json.member("progress", progress)
    json.member("held", held)
    json.member("checks", checks)
    json.member("materializations", materializations)
    if isAbridged { json.member("isAbridged", true) }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(key: "", location: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "location": location = try json.value()
      case "assets": assets = try json.list()
      case "check": check = try json.optional()
      case "status": status = try json.value()
      case "dependsOn": dependsOn = try json.list()
      case "queuedMilliseconds": queuedMilliseconds = try json.optional()
      case "started": started = try json.optional()
      case "finished": finished = try json.optional()
      case "durationMilliseconds": durationMilliseconds = try json.optional()
      case "attempts": attempts = try json.list()
      case "failure": failure = try json.optional()
      case "skippedBecause": skippedBecause = try json.optional()
      case "message": message = try json.optional()
      case "canceledBy": canceledBy = try json.optional()
      case "progress": progress = try json.optional()
      case "held": held = try json.optional()
      case "checks": checks = try json.list()
      case "materializations": materializations = try json.list()
      case "isAbridged": isAbridged = try json.bool()
      default: try json.skip()
      }
    }
  }
}
