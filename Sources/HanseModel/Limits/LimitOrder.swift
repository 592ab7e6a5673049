/// What people ordered of one limit, in place of what the workspace file says.
///
/// Each member that is nil leaves the file's value in force. Merged with a later order it is what
/// holds after both.
public struct LimitOrder: Hashable, Sendable {
  /// A value, or that there is to be no limit at all, which is not the same as the file's.
  public enum Bound<Value: Hashable & Sendable>: Hashable, Sendable {
    case unlimited
    case value(Value)

    public var value: Value? {
      switch self {
      case .unlimited: nil
      case .value(let value): value
      }
    }
  }

  /// Whether steps may start.
  public enum Flow: String, Hashable, Sendable, CaseIterable {
    case open
    /// Nothing new starts; what runs goes on.
    case paused
    /// Paused, and to be told of when the last one that runs has ended.
    case draining
  }

  public var concurrentSteps: Bound<Int>?
  /// Of the workspace only.
  public var concurrentRuns: Int?
  /// Of a pool only.
  public var units: Int?
  /// Of a location only: how many of its steps may wait.
  public var waitingSteps: Int?
  /// Of a queue or a location.
  public var weight: Double?
  public var rate: Bound<RateLimit>?
  public var flow: Flow?

  public init(
    concurrentSteps: Bound<Int>? = nil,
    concurrentRuns: Int? = nil,
    units: Int? = nil,
    waitingSteps: Int? = nil,
    weight: Double? = nil,
    rate: Bound<RateLimit>? = nil,
    flow: Flow? = nil
  ) {
    self.concurrentSteps = concurrentSteps
    self.concurrentRuns = concurrentRuns
    self.units = units
    self.waitingSteps = waitingSteps
    self.weight = weight
    self.rate = rate
    self.flow = flow
  }

  /// Whether everything is as the file says.
  public var isEmpty: Bool { self == LimitOrder() || self == LimitOrder(flow: .open) }

  /// Nothing ordered but whether steps may start.
  package var flowOnly: LimitOrder { LimitOrder(flow: flow) }

  package var isPaused: Bool { flow == .paused || flow == .draining }

  /// What holds after a later order.
  package func merged(with later: LimitOrder) -> LimitOrder {
    let flow = later.flow ?? flow
    return LimitOrder(
      concurrentSteps: later.concurrentSteps ?? concurrentSteps,
      concurrentRuns: later.concurrentRuns ?? concurrentRuns,
      units: later.units ?? units,
      waitingSteps: later.waitingSteps ?? waitingSteps,
      weight: later.weight ?? weight,
      rate: later.rate ?? rate,
      flow: flow == .open ? nil : flow
    )
  }
}

extension LimitOrder.Flow: JSONEnumeration {}

extension LimitOrder: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  /// Without the braces, so that others can add members.
  package func writeMembers(to json: inout JSONWriter) {
    write("concurrentSteps", concurrentSteps, to: &json)
    json.member("concurrentRuns", concurrentRuns)
    json.member("units", units)
    json.member("waitingSteps", waitingSteps)
    json.member("weight", weight)
    write("rate", rate, to: &json)
    json.member("flow", flow)
  }

  private func write<Value: JSONCodable>(
    _ name: String,
    _ bound: Bound<Value>?,
    to json: inout JSONWriter
  ) {
    switch bound {
    case nil: break
    case .unlimited:
      json.name(name)
      json.null()
    case .value(let value): json.member(name, value)
    }
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      if try !read(name, from: &json) { try json.skip() }
    }
  }

  /// Reads the value of a member, if it is one of these.
  package mutating func read(
    _ name: String,
    from json: inout JSONReader
  ) throws(JSONError) -> Bool {
    switch name {
    case "concurrentSteps":
      concurrentSteps = try json.optional(of: Int.self).map { .value($0) } ?? .unlimited
    case "concurrentRuns": concurrentRuns = try json.optional()
    case "units": units = try json.optional()
    case "waitingSteps": waitingSteps = try json.optional()
    case "weight": weight = try json.optional()
    case "rate": rate = try json.optional(of: RateLimit.self).map { .value($0) } ?? .unlimited
    case "flow": flow = try json.optional()
    default: return false
    }
    return true
  }
}
