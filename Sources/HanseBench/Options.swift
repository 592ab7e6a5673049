import HanseSystem

/// What the command line asks for.
struct Options {
  enum Mode {
    case help, list
    case report([Scenario])
    /// One repetition, in this process.
    case measure(Scenario, Aspect)
    /// The other end of the bare pipe.
    case echo
    /// A host on a workspace that is killed in the middle of a run of so many steps.
    case victim(file: String, steps: Int)
  }

  private(set) var mode = Mode.report(Scenario.all)
  private(set) var repetitions = 5
  private(set) var isJSON = false
  private var location: String?

  static let help = """
    hanse-bench: measures a host on this machine

      --scenario NAME     only this one; may be given several times; NAME may end in *
      --repetitions N     how often each is measured, each time in a process of its own (5)
      --location PATH     the generator of locations (BenchLocation beside this program)
      --json              one JSON document instead of a table
      --list              the scenarios
    """

  init(_ arguments: some Sequence<String>) throws(UsageError) {
    var rest = Array(arguments.reversed())
    var names: [String] = []
    var aspect = Aspect.time
    var measured: Scenario?
    while let argument = rest.popLast() {
      func value() throws(UsageError) -> String {
        guard let value = rest.popLast() else { throw UsageError("\(argument) needs a value") }
        return value
      }
      switch argument {
      case "--help", "-h": mode = .help
      case "--list": mode = .list
      case "--echo": mode = .echo
      case "--victim": mode = .victim(file: try value(), steps: try Self.count(try value()))
      case "--json": isJSON = true
      case "--scenario": names.append(try value())
      case "--location": location = try value()
      case "--repetitions": repetitions = try Self.count(try value())
      case "--measure": measured = try Self.scenarios([try value()]).first
      case "--memory": aspect = .memory
      default: throw UsageError("there is no option \"\(argument)\"")
      }
    }
    if let measured { mode = .measure(measured, aspect) }
    if !names.isEmpty { mode = .report(try Self.scenarios(names)) }
  }

  /// The generator's path.
  func locationProgram() throws -> String {
    let beside = Paths.join(Paths.directory(of: try SelfProcess.executablePath()), "BenchLocation")
    let path = try Paths.absolute(location ?? beside, relativeTo: Files.currentDirectory())
    guard Files.exists(path) else {
      throw BenchFailure("there is no \(path); build it with: swift build -c release")
    }
    return path
  }

  private static func count(_ text: String) throws(UsageError) -> Int {
    guard let count = Int(text), count > 0 else {
      throw UsageError("--repetitions takes a number from 1, not \"\(text)\"")
    }
    return count
  }

  private static func scenarios(_ names: [String]) throws(UsageError) -> [Scenario] {
    var found: [Scenario] = []
    for name in names {
      let matching = Scenario.all.filter {
        name.hasSuffix("*") ? $0.name.hasPrefix(name.dropLast()) : $0.name == name
      }
      if matching.isEmpty {
        throw UsageError("there is no scenario \"\(name)\"; --list shows them")
      }
      found += matching
    }
    return found
  }
}

/// The command line cannot be understood.
struct UsageError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// Nothing could be measured.
struct BenchFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
