import HanseModel

/// Why a report of a location about a step changes nothing.
package struct ReportRefusal: Hashable, Sendable {
  /// Stable names, for programs and for searching.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    /// The attempt is over, or was never given to that process.
    case notInFlight = "attempt-not-in-flight"
    /// The step makes other assets.
    case foreignAsset = "foreign-asset"
    /// The step is another check, or none.
    case foreignCheck = "foreign-check"
    /// The attempt has said that before.
    case repeated
    /// Only the host says such a thing.
    case notForLocations = "not-for-locations"
  }

  package var code: Code
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension RunCoordinator {
  /// Says what is wrong with a report that ``report(_:by:from:_:_:)`` did not take.
  func refusal(
    of payload: EventPayload,
    by id: AttemptID,
    from location: LocationName,
    _ generation: Generation
  ) -> ReportRefusal {
    let what = payload.reportedThing
    guard let ticket = ticket(of: id, from: location, generation),
      let step = runs[id.run]?.plan[ticket.step]
    else {
      return ReportRefusal(.notInFlight, "reported \(what) for \(id), which is not in flight")
    }
    if attempts[ticket]?.reported.isEmpty == false, payload.isOf(step) {
      return ReportRefusal(.repeated, "reported \(what) for \(id) more than once")
    }
    let made = step.assets.map { "\"\($0)\"" }.joined(separator: ", ")
    let work = step.check.map { "runs check \"\($0)\" of asset \(made)" } ?? "makes \(made)"
    let message = "reported \(what) for \(id), which \(work)"
    switch payload {
    case .materialized, .observed: return ReportRefusal(.foreignAsset, message)
    case .checked: return ReportRefusal(.foreignCheck, message)
    default: return ReportRefusal(.notForLocations, message)
    }
  }
}

extension EventPayload {
  /// Whether it is about something that a step makes.
  fileprivate func isOf(_ step: PlannedStep) -> Bool {
    switch self {
    case .materialized(let value): step.check == nil && step.assets.contains(value.asset)
    case .checked(let result): step.check == result.name && step.assets.contains(result.asset)
    default: false
    }
  }

  /// What a location's report is about, in words.
  fileprivate var reportedThing: String {
    switch self {
    case .materialized(let value): "a materialization of asset \"\(value.asset)\""
    case .observed(let value): "an observation of asset \"\(value.asset)\""
    case .checked(let result): "a result of check \"\(result.name)\" of asset \"\(result.asset)\""
    case .logged: "a log record"
    default: "an event of kind \"\(kind)\""
    }
  }
}
