package import HanseModel

/// The answer to `ping`, which comes even when all of the location's code is busy.
package struct PingResult: Hashable, Sendable {
  /// Attempts that the location is working on.
  package var stepsInFlight: Int

  package init(stepsInFlight: Int) { self.stepsInFlight = stepsInFlight }
}

extension PingResult: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("stepsInFlight", stepsInFlight)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var steps: Int?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "stepsInFlight": steps = try json.int()
      default: try json.skip()
      }
    }
    self.init(stepsInFlight: try steps.orMissing("stepsInFlight", at: json.offset))
  }
}

/// Parameters or a result with nothing in it.
package struct Nothing: Hashable, Sendable, JSONCodable {
  package init() {}

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    try json.object { _, json throws(JSONError) in try json.skip() }
  }
}
