import HanseSystem

/// Environment variables, as a value: what a location is configured with.
///
/// In tests, make one from a dictionary instead of setting variables of the process.
public struct Environment: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public var variables: [String: String]

  public init(_ variables: [String: String] = [:]) { self.variables = variables }

  public init(dictionaryLiteral elements: (String, String)...) {
    variables = Dictionary(elements) { _, last in last }
  }

  /// The variables of this process, as they are now.
  public static var process: Environment { Environment(HanseSystem.Environment.all()) }

  /// The variable's value; nil when it is not set.
  public subscript(name: String) -> String? { variables[name] }

  /// The value of a variable that must be set and not be empty.
  public func require(_ name: String) throws -> String {
    guard let value = variables[name] else { throw EnvironmentError.missing(name) }
    guard !value.isEmpty else { throw EnvironmentError.empty(name) }
    return value
  }

  /// The value of a variable that must be set, as a number or another type with a text form.
  public func require<Value: LosslessStringConvertible>(
    _ name: String,
    as type: Value.Type
  ) throws -> Value {
    let text = try require(name)
    guard let value = Value(text) else {
      throw EnvironmentError.unreadable(name, text: text, type: "\(type)")
    }
    return value
  }
}

/// Why an environment variable cannot be used.
public enum EnvironmentError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case empty(String)
  case unreadable(String, text: String, type: String)

  public var description: String {
    switch self {
    case .missing(let name):
      "the environment variable \"\(name)\" is not set;"
        + " set it under \"environment\" of the location in workspace.json, or in the shell"
    case .empty(let name):
      "the environment variable \"\(name)\" is empty;"
        + " set it under \"environment\" of the location in workspace.json, or in the shell"
    case .unreadable(let name, let text, let type):
      "the environment variable \"\(name)\" is \"\(text)\", which is no \(type)"
    }
  }
}
