package import HanseModel

/// Names and numbers of the protocol itself.
package enum WireProtocol {
  /// The versions that this library speaks, best first.
  package static let versions = [1]

  package enum Method {
    package static let initialize = "initialize"
    package static let definitions = "definitions"
    package static let executeStep = "step/execute"
    package static let cancelStep = "step/cancel"
    package static let ping = "ping"
    package static let shutdown = "shutdown"
    package static let stepEvent = "step/event"
    package static let log = "log"
  }
}

/// What each side may send the other.
///
/// The host tells a location its limits in `initialize`; over a limit, the line's sender is at
/// fault.
package struct WireLimits: Hashable, Sendable {
  /// The longest line, without its newline.
  package var lineBytes: Int
  /// How deeply objects and arrays may be nested.
  package var nestingDepth: Int
  /// Step events that a location may send in a second, sustained.
  package var eventsPerSecond: Int
  /// The most steps that the host ever gives a location at once.
  package var concurrentSteps: Int

  package init(
    lineBytes: Int = 8 << 20,
    nestingDepth: Int = 64,
    eventsPerSecond: Int = 2000,
    concurrentSteps: Int = 32
  ) {
    self.lineBytes = lineBytes
    self.nestingDepth = nestingDepth
    self.eventsPerSecond = eventsPerSecond
    self.concurrentSteps = concurrentSteps
  }
}

extension WireLimits: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("lineBytes", lineBytes)
    json.member("nestingDepth", nestingDepth)
    json.member("eventsPerSecond", eventsPerSecond)
    json.member("concurrentSteps", concurrentSteps)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "lineBytes": lineBytes = try json.int()
      case "nestingDepth": nestingDepth = try json.int()
      case "eventsPerSecond": eventsPerSecond = try json.int()
      case "concurrentSteps": concurrentSteps = try json.int()
      default: try json.skip()
      }
    }
  }
}
