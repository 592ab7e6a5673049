import HanseModel

/// What the arguments of a location's program ask for.
package enum LocationCommand: Hashable, Sendable {
  case introduce
  case help
  case version
  case serve
  case describe(json: Bool)
  case materialize(MaterializeOptions)

  package struct MaterializeOptions: Hashable, Sendable {
    package var selection: String
    package var partition: String?
    /// JSON, or `@` and a file that holds it.
    package var config: String?
    package var storage: String?

    package init(
      selection: String,
      partition: String? = nil,
      config: String? = nil,
      storage: String? = nil
    ) {
      self.selection = selection
      self.partition = partition
      self.config = config
      self.storage = storage
    }
  }

  /// Arguments that ask for nothing there is.
  package struct UsageError: Error, Hashable, CustomStringConvertible {
    package var description: String
  }

  package static let names = ["serve", "describe", "materialize", "help", "version"]

  /// Reads the arguments after the program's name.
  package init(_ arguments: [String]) throws(UsageError) {
    guard let name = arguments.first else {
      self = .introduce
      return
    }
    var rest = Rest(command: name, arguments: arguments.dropFirst())
    if rest.asksForHelp {
      self = .help
      return
    }
    switch name {
    case "help", "--help", "-h": self = .help
    case "version", "--version": self = .version
    case "serve": self = .serve
    case "describe": self = .describe(json: rest.takeFlag("--json"))
    case "materialize": self = .materialize(try MaterializeOptions(from: &rest))
    default:
      let hint =
        Spelling.nearest(to: name, among: Self.names)
        .map { "; did you mean \"\($0)\"?" } ?? ""
      throw UsageError(description: "there is no command \"\(name)\"\(hint)")
    }
    try rest.end()
  }

  /// The arguments of one command that have not been understood yet.
  fileprivate struct Rest {
    var command: String
    var arguments: ArraySlice<String>
    /// What the command knows, for suggestions.
    var known: [String] = []

    var asksForHelp: Bool { arguments.contains("--help") || arguments.contains("-h") }

    mutating func takeFlag(_ name: String) -> Bool {
      known.append(name)
      guard let place = arguments.firstIndex(of: name) else { return false }
      arguments.remove(at: place)
      return true
    }

    /// The value of `--name VALUE` or `--name=VALUE`.
    mutating func takeValue(_ name: String) throws(UsageError) -> String? {
      known.append(name)
      if let place = arguments.firstIndex(where: { $0.hasPrefix("\(name)=") }) {
        return String(arguments.remove(at: place).dropFirst(name.count + 1))
      }
      guard let place = arguments.firstIndex(of: name) else { return nil }
      guard place + 1 < arguments.endIndex else {
        throw UsageError(description: "\(name) needs a value after it")
      }
      let value = arguments[place + 1]
      arguments.removeSubrange(place...(place + 1))
      return value
    }

    mutating func takeWord() -> String? {
      guard let first = arguments.first, !first.hasPrefix("--") else { return nil }
      return arguments.removeFirst()
    }

    func end() throws(UsageError) {
      guard let first = arguments.first else { return }
      let hint =
        Spelling.nearest(to: first, among: known)
        .map { "; did you mean \"\($0)\"?" } ?? ""
      throw UsageError(description: "\"\(command)\" does not know \"\(first)\"\(hint)")
    }
  }
}

extension LocationCommand.MaterializeOptions {
  fileprivate init(from rest: inout LocationCommand.Rest) throws(LocationCommand.UsageError) {
    partition = try rest.takeValue("--partition")
    config = try rest.takeValue("--config")
    storage = try rest.takeValue("--storage")
    guard let word = rest.takeWord() else {
      try rest.end()
      throw LocationCommand.UsageError(
        description: "\"materialize\" needs a selection, such as climate/daily or \"*\""
      )
    }
    selection = word
  }
}
