/// Why an attempt at a step did not succeed.
///
/// `code` is for programs, `message` for people.
public struct StepFailure: Hashable, Sendable {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The body threw an error.
    case failed
    /// It took longer than its timeout.
    case timedOut = "timed-out"
    /// The location's process ended, or stopped answering, in the middle.
    case lost
    /// The host, or a neighbour's fault, ended it; it is tried again and not counted as a failure.
    case interrupted
    /// An upstream's value could not be loaded or read as its type.
    case input
    /// The value could not be stored.
    case output
    /// The configuration given to the run does not fit.
    case config
    /// A resource could not be opened.
    case resource
    /// A blocking check of severity error failed.
    case checkFailed = "check-failed"
    /// It ended its location's process again and again, alone in it; it is not tried any more.
    case poison
    /// The location does not know the step it was asked for, or broke the protocol about it.
    case `protocol`
    /// Somebody canceled it.
    case canceled
  }

  /// What is known of the part an attempt had in the end of its location's process.
  public enum Crash: String, Hashable, Sendable, CaseIterable {
    /// Others were running with it; it is run again alone, to see whether it was the one.
    case suspected
    /// It was alone in the process.
    case proven
  }

  public var code: Code
  public var message: String
  /// The error's type, as the location names it.
  public var errorType: String?
  /// The last lines that the location wrote to its standard error, when it died.
  public var standardErrorTail: [String]
  /// False when trying again cannot help.
  public var isRetryable: Bool
  /// Set when the process ended under it.
  public var crash: Crash?

  public init(
    _ code: Code,
    message: String,
    errorType: String? = nil,
    standardErrorTail: [String] = [],
    isRetryable: Bool = true,
    crash: Crash? = nil
  ) {
    self.code = code
    self.message = message
    self.errorType = errorType
    self.standardErrorTail = standardErrorTail
    self.isRetryable = isRetryable
    self.crash = crash
  }
}

extension StepFailure.Code: JSONEnumeration {}
extension StepFailure.Crash: JSONEnumeration {}

extension StepFailure: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("code", code)
    json.member("message", message)
    json.member("errorType", errorType)
    json.member("standardErrorTail", standardErrorTail)
    if !isRetryable { json.member("isRetryable", false) }
    json.member("crash", crash)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var codeName: String?
    var text: String?
    self.init(.failed, message: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "code": codeName = try json.string()
      case "message": text = try json.string()
      case "errorType": errorType = try json.optional()
      case "standardErrorTail": standardErrorTail = try json.list()
      case "isRetryable": isRetryable = try json.bool()
      case "crash": crash = try json.optional()
      default: try json.skip()
      }
    }
    // A later version may have more reasons; to this one they are failures like any other.
    code = Code(rawValue: try codeName.orMissing("code", at: json.offset)) ?? .failed
    message = try text.orMissing("message", at: json.offset)
  }
}
