import HanseModel

/// Reads a run's configuration as its type, with all that is wrong at once.
enum ConfigReader {
  static func read<Config: RunConfig>(
    _ type: Config.Type,
    from given: JSONValue?,
    subject: String
  ) throws(ConfigError) -> Config {
    let given = given == .null ? nil : given
    guard let given else { return Config() }
    var checker = ConfigChecker()
    let whole = checker.check(given, against: ConfigSchema(of: type).shape, at: "")
    guard checker.problems.isEmpty else {
      throw ConfigError(subject: subject, problems: checker.problems)
    }
    do {
      return try ValueCodec.decodeJSON(type, from: JSONWriter.encode(whole))
    } catch {
      throw ConfigError(subject: subject, problems: [problem(error)])
    }
  }

  private static func problem(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error, !context.codingPath.isEmpty else {
      return ErrorText.describe(error)
    }
    return "\(ErrorText.join(context.codingPath)): \(context.debugDescription)"
  }
}

/// Compares a value with the form it has to have, and fills in what was left out.
struct ConfigChecker {
  private(set) var problems: [String] = []

  mutating func check(
    _ value: JSONValue,
    against shape: ConfigShape,
    at path: String
  ) -> JSONValue {
    switch (shape, value) {
    case (.anything, _), (.boolean, .bool), (.string, .string), (.number, .number),
      (.number, .integer), (.optional, .null):
      return value
    case (.integer(let range), .integer(let number)):
      if !range.contains(number) {
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        problem(path, "expected an integer from \(limits), found \(number)")
      }
      return value
    case (.integer(let range), .number(let number)):
      // 30.0 is a whole number to whoever writes it.
      guard let whole = Int64(exactly: number) else { return wrongType(shape, value, path) }
      return check(.integer(whole), against: .integer(range), at: path)
    case (.choices(let choices), _):
      if !choices.contains(value) { wrongChoice(choices, value, path) }
      return value
    case (.array(let element), .array(let elements)):
      return .array(
        elements.enumerated().map { check($1, against: element, at: "\(path)[\($0)]") }
      )
    case (.dictionary(let element), .object(let members)):
      return .object(
        members.map { member in
          .init(
            member.name,
            check(member.value, against: element, at: join(path, member.name))
          )
        }
      )
    case (.object(let properties), .object(let members)):
      return object(members, properties, path)
    case (.optional(let wrapped), _):
      return check(value, against: wrapped, at: path)
    case (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _),
      (.dictionary, _), (.object, _):
      return wrongType(shape, value, path)
    }
  }

  private mutating func object(
    _ members: [JSONValue.Member],
    _ properties: [ConfigShape.Property],
    _ path: String
  ) -> JSONValue {
    let names = properties.map(\.name)
    for member in members where !names.contains(member.name) {
      unknown(member.name, names, path)
    }
    var result: [JSONValue.Member] = []
    for property in properties {
      let place = join(path, property.name)
      if let given = members.last(where: { $0.name == property.name }) {
        result.append(.init(property.name, check(given.value, against: property.shape, at: place)))
      } else if let standard = property.standard {
        result.append(.init(property.name, standard))
      } else if property.isRequired {
        problem(place, "is missing; expected \(property.shape.title)")
      }
    }
    return .object(result)
  }

  // MARK: Problems

  private mutating func problem(_ path: String, _ message: String) {
    problems.append(path.isEmpty ? message : "\(path): \(message)")
  }

  private mutating func wrongType(
    _ shape: ConfigShape,
    _ value: JSONValue,
    _ path: String
  ) -> JSONValue {
    problem(path, "expected \(shape.title), found \(ConfigChecker.describe(value))")
    return value
  }

  private mutating func wrongChoice(_ choices: [JSONValue], _ value: JSONValue, _ path: String) {
    let list = choices.map(\.text).joined(separator: ", ")
    let nearest = value.stringValue.flatMap { word in
      Spelling.nearest(to: word, among: choices.compactMap(\.stringValue))
    }
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
    problem(path, "expected one of \(list), found \(ConfigChecker.describe(value))\(hint)")
  }

  private mutating func unknown(_ name: String, _ names: [String], _ path: String) {
    let hint =
      if let nearest = Spelling.nearest(to: name, among: names) {
        "did you mean \"\(nearest)\"?"
      } else if names.isEmpty {
        "there are no members"
      } else {
        "the members are " + names.map { "\"\($0)\"" }.joined(separator: ", ")
      }
    problem(path, "unknown member \"\(name)\"; \(hint)")
  }

  /// The kind of a value, with the value where it is short: `a string ("ten")`.
  private static func describe(_ value: JSONValue) -> String {
    switch value {
    case .null, .array, .object: return value.kindDescription
    case .bool, .integer, .number, .string:
      let text = value.text
      return text.count > 60 ? value.kindDescription : "\(value.kindDescription) (\(text))"
    }
  }
}

private func join(_ path: String, _ name: String) -> String {
  path.isEmpty ? name : "\(path).\(name)"
}

extension ConfigShape {
  /// What a message calls a value of this form.
  var title: String {
    switch self {
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string(let format):
      switch format {
      case "date-time": "a time such as \"2010-07-04T12:00:00Z\""
      case "uri": "a URL"
      case "uuid": "a UUID"
      default: "a string"
      }
    case .choices(let values): "one of " + values.map(\.text).joined(separator: ", ")
    case .array: "an array"
    case .dictionary, .object: "an object"
    case .optional(let wrapped): wrapped.title
    case .anything: "a value"
    }
  }
}
