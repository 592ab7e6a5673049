import HanseModel

/// The configuration that a run may give a step.
///
/// ```swift
/// struct Options: Codable, Sendable, RunConfig {
///   var days = 30
///   var mode = Mode.fast
/// }
/// ```
///
/// `init()` gives the defaults. A run gives only what differs. The JSON Schema that the host shows
/// is derived from the type: its members, their types and defaults, the cases of `CaseIterable`
/// enumerations with string or integer raw values, nested types, optionals, arrays, dictionaries.
public protocol RunConfig: Codable, Sendable {
  init()
}

/// Why a run's configuration does not fit.
public struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the configuration is for: `asset "climate/daily"`.
  public var subject: String
  /// One sentence for each thing that is wrong, with the path to it.
  public var problems: [String]

  public init(subject: String, problems: [String]) {
    self.subject = subject
    self.problems = problems
  }

  public var description: String {
    let start = "config of \(subject):"
    if problems.count == 1 { return "\(start) \(problems[0])" }
    return ([start] + problems).joined(separator: "\n  ")
  }
}
