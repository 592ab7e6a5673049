/// How often and after what delay a failed step is tried again.
public struct RetryPolicy: Hashable, Sendable {
  public enum Backoff: String, Hashable, Sendable, CaseIterable {
    /// The same delay each time.
    case constant
    /// The delay times the number of the retry.
    case linear
    /// The delay doubled with each retry.
    case exponential
  }

  /// Tries after the first one.
  public var maxRetries: Int
  public var delayMilliseconds: Int64
  public var backoff: Backoff
  /// The greatest part of the delay, from 0 to 1, by which it is lengthened or shortened at random.
  public var jitter: Double

  /// A policy as it is given, also one that no step can be run with: whoever defines or merges
  /// something with it says what is wrong.
  public init(
    maxRetries: Int,
    delay: Duration = .zero,
    backoff: Backoff = .constant,
    jitter: Double = 0
  ) {
    self.maxRetries = maxRetries
    delayMilliseconds = delay.wholeMilliseconds
    self.backoff = backoff
    self.jitter = jitter.isNaN ? 0 : min(max(jitter, 0), 1)
  }

  /// No retry at all.
  public static let none = RetryPolicy(maxRetries: 0)

  /// The delay before a retry, at most one hour.
  ///
  /// - Parameters:
  ///   - retry: Which retry, from 1.
  ///   - random: A number from 0 up to 1, which decides the jitter.
  /// - Returns: The delay.
  package func delay(beforeRetry retry: Int, random: Double) -> Duration {
    let base = Double(delayMilliseconds)
    let grown: Double =
      switch backoff {
      case .constant: base
      case .linear: base * Double(retry)
      case .exponential: base * Double(1 << min(retry - 1, 40))
      }
    let jittered = grown * (1 + jitter * (2 * random - 1))
    return .milliseconds(Int64(min(max(jittered, 0), 3_600_000)))
  }
}

extension RetryPolicy.Backoff: JSONEnumeration {}

extension RetryPolicy: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("maxRetries", maxRetries)
    json.member("delayMilliseconds", delayMilliseconds)
    json.member("backoff", backoff)
    json.member("jitter", jitter)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var maxRetries: Int?
    var delay: Int64 = 0
    var backoff = Backoff.constant
    var jitter = 0.0
    try json.object { name, json throws(JSONError) in
      switch name {
      case "maxRetries": maxRetries = try json.int()
      case "delayMilliseconds": delay = try json.int64()
      case "backoff": backoff = try json.value()
      case "jitter": jitter = try json.double()
      default: try json.skip()
      }
    }
    self.init(
      maxRetries: try maxRetries.orMissing("maxRetries", at: json.offset),
      delay: .milliseconds(delay),
      backoff: backoff,
      jitter: jitter
    )
  }
}
