/// How often something may start.
public struct RateLimit: Hashable, Sendable {
  /// At least 1.
  public var starts: Int
  public var per: Duration
  /// How many may start at once after a pause; at least 1.
  public var burst: Int

  public init(starts: Int, per: Duration, burst: Int) {
    self.starts = starts
    self.per = per
    self.burst = burst
  }
}

extension RateLimit: CustomStringConvertible {
  /// As people read it: `10 per 1s, burst 20`.
  public var description: String { "\(starts) per \(per.briefDescription), burst \(burst)" }
}

extension RateLimit: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("starts", starts)
    json.member("perMilliseconds", per.wholeMilliseconds)
    json.member("burst", burst)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(starts: 1, per: .seconds(1), burst: 1)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "starts": starts = try json.int()
      case "perMilliseconds": per = .milliseconds(try json.int64())
      case "burst": burst = try json.int()
      default: try json.skip()
      }
    }
  }
}
