import HanseGraph
import HanseHost
import HanseModel
import HanseStore
import Testing

/// How a run went, as the event log tells it.
struct Course {
  var status: RunStatus
  var message: String?
  var events: [Event]

  /// The last status of a step, such as `step.failed`.
  func end(of step: String) -> String? {
    let ends = ["step.succeeded", "step.failed", "step.skipped", "step.canceled"]
    return events.last { $0.record.step?.text == step && ends.contains($0.record.payload.kind) }?
      .record.payload.kind
  }

  func count(_ kind: String, of step: String) -> Int {
    events.count { $0.record.step?.text == step && $0.record.payload.kind == kind }
  }

  /// The failures of a step's attempts, in order.
  func failures(of step: String) -> [StepFailure] {
    events.filter { $0.record.step?.text == step }.compactMap { event in
      guard case .stepFailed(let failure, _) = event.record.payload else { return nil }
      return failure
    }
  }

  func place(_ kind: String, of step: String) -> Int? {
    events.firstIndex { $0.record.step?.text == step && $0.record.payload.kind == kind }
  }
}

extension Host {
  static let limit = Duration.seconds(120)

  /// Waits for all locations to have loaded or failed.
  @discardableResult
  func settled(sourceLocation: SourceLocation = #_sourceLocation) throws -> HostSnapshot {
    try #require(
      waitUntilSettled(for: Self.limit),
      "not settled: \(snapshot.locations.map { "\($0.name) \($0.state)" })",
      sourceLocation: sourceLocation
    )
  }

  @discardableResult
  func awaits(
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    until condition: (HostSnapshot) -> Bool
  ) throws -> HostSnapshot {
    let found = wait(for: Self.limit, until: condition)
    let seen = snapshot.locations.map { "\($0.name) \($0.state) \($0.reason ?? "")" }
    return try #require(found, "never: \(what); \(seen)", sourceLocation: sourceLocation)
  }

  /// Waits for the first event that fits, from the beginning of the log or after a place.
  @discardableResult
  func event(
    _ what: String,
    after start: Int64 = 0,
    sourceLocation: SourceLocation = #_sourceLocation,
    where fits: (EventRecord) -> Bool
  ) throws -> Event {
    let reader = try makeReader()
    var seen = start
    while true {
      let durable = feed.durable
      while let page = Optional(try reader.events(after: seen, limit: 1000)), !page.isEmpty {
        if let found = page.first(where: { fits($0.record) }) { return found }
        seen = page.last?.sequence ?? seen
      }
      if feed.wait(after: durable, for: Self.limit) { continue }
      let trace = try trace()
      try #require(Bool(false), "no event: \(what); \(trace)", sourceLocation: sourceLocation)
    }
  }

  /// The last events and the state of the locations, for a test that waits in vain.
  private func trace() throws -> String {
    let events = try makeReader().events(before: .max, limit: 12).reversed().map { event in
      "\(event.record.time) \(event.record.payload.kind) \(event.record.step?.text ?? "")"
    }
    let locations = snapshot.locations.map { "\($0.name) \($0.state) \($0.reason ?? "")" }
    return (locations + events).joined(separator: "\n")
  }

  func launch(_ selection: String) throws -> RunID {
    try launch(RunRequest(selection: selection, trigger: "test"))
  }

  /// Waits for the end of a run.
  func course(
    of run: RunID,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Course {
    let last = try event("end of run \(run)", sourceLocation: sourceLocation) { record in
      guard record.run == run, case .runFinished = record.payload else { return false }
      return true
    }
    guard case .runFinished(let status, let message) = last.record.payload else {
      throw NotAnEnd()
    }
    let events = try makeReader().runEvents(run, limit: .max)
    return Course(status: status, message: message, events: events)
  }

  /// Launches a run and waits for its end.
  func run(
    _ selection: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Course {
    try course(of: try launch(selection), sourceLocation: sourceLocation)
  }

  /// Waits until an attempt at the step is in flight.
  func started(_ step: String, of run: RunID) throws {
    try event("start of \(step)") { record in
      guard record.run == run, record.step?.text == step else { return false }
      return record.payload.kind == "step.started"
    }
  }
}

struct NotAnEnd: Error {}

extension HostSnapshot {
  func location(_ name: LocationName) -> LocationStatus? { locations.first { $0.name == name } }

  func has(_ asset: AssetKey) -> Bool { graph.index(of: asset) != nil }
}
