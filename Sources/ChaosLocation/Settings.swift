import HanseFaults
import HanseModel
import HanseSystem

/// What the arguments ask for.
struct Settings: Sendable {
  var fault: Fault?
  /// The first segment of its keys.
  var name = "chaos"
  /// How many steps of `NAME/faulty` go well in each process before the fault is committed.
  var after = 0
  /// How many processes commit the fault, counted in a file of the working directory.
  var times: Int?
  /// Whether later attempts of a step commit it too.
  var isAlways = false
  var bytes: Int?
  var milliseconds: Int?
  /// The asset of somebody else that some faults lay hands on.
  var victim = "canary/steady"
  /// `serve`, `--list`, `--help`, another command of a location, or nothing.
  var command = ""
  /// Whether this process is one of those that commit the fault.
  var isDue = true

  static let help = """
    chaos-location [OPTIONS] serve

    A code location that misbehaves as told, to test what its neighbours feel.

    Options:
      --fault NAME         what is wrong; --list names the faults; without it nothing is
      --name NAME          the first segment of its keys: chaos
      --after N            so many steps of NAME/faulty go well before the fault is committed: 0
      --times N            only the first N processes commit it, counted in the file chaos.count of
                           the working directory
      --always             every attempt of a step commits it, not the first alone
      --bytes N            the size of a flood; each fault has a bound of its own
      --milliseconds N     how long something slow takes
      --victim KEY         the asset of somebody else that some faults lay hands on: canary/steady
      --list               name the faults, and what each breaks
      --help               this text

    Its assets: NAME/steady, NAME/next behind it, and NAME/faulty, which is retried once.

    """

  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  /// What the program was started with; wrong arguments have ended it before this is read.
  static let current: Settings = {
    do {
      return try Settings(Array(CommandLine.arguments.dropFirst()), countsProcess: false)
    } catch {
      return Settings()
    }
  }()

  private static let countFile = "chaos.count"

  private init() {}

  /// - Parameters:
  ///   - arguments: What follows the program's name.
  ///   - countsProcess: Whether this process is one more of those that `--times` counts.
  /// - Throws: ``Problem`` for what is not understood.
  init(_ arguments: [String], countsProcess: Bool = true) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--fault": fault = try Self.fault(named: Self.value(of: argument, &rest))
      case "--name": name = try Self.value(of: argument, &rest)
      case "--victim": victim = try Self.value(of: argument, &rest)
      case "--after": after = try Self.number(of: argument, &rest)
      case "--times": times = try Self.number(of: argument, &rest)
      case "--bytes": bytes = try Self.number(of: argument, &rest)
      case "--milliseconds": milliseconds = try Self.number(of: argument, &rest)
      case "--always": isAlways = true
      case "--list", "--help": command = argument
      default:
        guard !argument.hasPrefix("--"), command.isEmpty else {
          throw Problem(description: "there is no option \"\(argument)\"; see --help")
        }
        command = argument
      }
    }
    if let times, command == "serve" {
      isDue = try Self.count(adding: countsProcess ? 1 : 0) <= times
    }
  }

  /// How many processes have been started in this directory.
  private static func count(adding addition: Int) throws -> Int {
    let bytes = Files.exists(countFile) ? try Files.read(countFile, limitBytes: 64) : []
    let count = (Int(String(decoding: bytes, as: UTF8.self)) ?? 0) + addition
    if addition > 0 {
      try Files.writeAtomically(countFile, Array("\(count)".utf8), durably: false)
    }
    return count
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws -> String {
    guard let value = rest.popFirst() else {
      throw Problem(description: "option \"\(option)\" needs a value after it")
    }
    return value
  }

  private static func number(of option: String, _ rest: inout ArraySlice<String>) throws -> Int {
    let text = try value(of: option, &rest)
    guard let number = Int(text), number >= 0 else {
      throw Problem(
        description: "option \"\(option)\": \"\(text)\" is not a whole number from 0 on"
      )
    }
    return number
  }

  private static func fault(named name: String) throws -> Fault {
    let faults = Fault.committable
    if let fault = faults.first(where: { $0.name == name }) { return fault }
    let nearest = Spelling.nearest(to: name, among: faults.map(\.name))
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; see --list"
    throw Problem(description: "there is no fault \"\(name)\"\(hint)")
  }
}
