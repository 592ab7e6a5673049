public import HanseModel

/// What the body of a ``Check`` says.
public struct CheckOutcome: Hashable, Sendable {
  public var passed: Bool
  public var description: String?
  public var metadata: [String: MetadataValue]
  /// Another severity than the check's own, for this time.
  public var severity: CheckSeverity?

  /// All is well.
  public static func passed(
    _ description: String? = nil,
    metadata: [String: MetadataValue] = [:]
  ) -> CheckOutcome {
    CheckOutcome(passed: true, description: description, metadata: metadata, severity: nil)
  }

  /// Something is wrong, and what.
  public static func failed(
    _ description: String,
    metadata: [String: MetadataValue] = [:],
    severity: CheckSeverity? = nil
  ) -> CheckOutcome {
    CheckOutcome(passed: false, description: description, metadata: metadata, severity: severity)
  }
}
