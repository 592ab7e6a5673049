import HanseModel
import HanseWire

/// A failure whose code and wording are known where it happens.
struct StepError: Error {
  var failure: StepFailure

  init(
    _ code: StepFailure.Code,
    _ message: String,
    errorType: String? = nil,
    isRetryable: Bool = true
  ) {
    failure = StepFailure(
      code,
      message: message,
      errorType: errorType,
      isRetryable: isRetryable
    )
  }
}

/// An error after which trying again cannot help.
///
/// A step that throws it fails at once, whatever retries it has left.
public struct PermanentError: Error, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

extension StepFailure {
  /// What an error that ended an attempt means.
  init(_ error: any Error) {
    let type = String(describing: Swift.type(of: error))
    switch error {
    case let error as StepError: self = error.failure
    case let error as ConfigError:
      self.init(.config, message: error.description, errorType: type, isRetryable: false)
    case let error as ResourceError:
      self.init(.resource, message: error.description, errorType: type)
    case let error as PermanentError:
      self.init(.failed, message: error.message, errorType: type, isRetryable: false)
    default:
      self.init(.failed, message: ErrorText.describe(error), errorType: type)
    }
  }
}
