import HanseFaults
import HanseModel
import HanseSystem

/// The entries of a drill's workspace.
struct DrillEntries {
  private let options: Drill.Options
  private let directory: String

  init(_ options: Drill.Options, directory: String) {
    self.options = options
    self.directory = directory
  }

  func canary() throws -> String {
    try entry("canary", arguments: ["--name", "canary"])
  }

  func entry(of fault: Fault) throws -> String {
    let name = fault.name
    var arguments = ["--name", name, "--fault", name]
    // The next process is sound, so that the way back is seen too.
    if fault.trigger != .step { arguments += ["--times", "1"] }
    if options.isQuick, let bytes = Self.quickBytes[name] { arguments += ["--bytes", "\(bytes)"] }
    guard case .entry(let fault) = fault else { return try entry(name, arguments: arguments) }
    switch fault {
    case .missingExecutable:
      return try entry(name, executable: Paths.join(directory, "missing"))
    case .notExecutable:
      return try entry(name, executable: try file("plain", "no program"))
    case .notAProgram: return try entry(name, executable: try odd())
    case .missingDirectory:
      return try entry(
        name,
        arguments: ["--name", name],
        members: [.init("workingDirectory", .string(Paths.join(directory, "no-such-folder")))]
      )
    case .missingVariable:
      return try entry(
        name,
        arguments: ["--name", name],
        variables: [.init("TOKEN", ["fromEnvironment": "HANSE_DRILL_UNSET"])]
      )
    }
  }

  private static let quickBytes = [
    "error-flood": 32 << 20, "error-line": 16 << 20, "long-line": 64 << 20, "allocate": 256 << 20,
    "fill-disk": 64 << 20, "flood-errors-at-start": 16 << 20,
  ]

  /// The members of entries that make faults come to their end sooner.
  private func timeouts(of name: String) -> JSONValue {
    var members: [JSONValue.Member] = [.init("handshake", "10s")]
    switch name {
    // One that is stopped keeps its 10 s, in which the host has looked at it.
    case "hang-at-start", "hang-in-handshake": members = [.init("handshake", "2s")]
    case "hang-in-definitions", "endless-pages": members.append(.init("definitions", "2s"))
    case "hang-step", "block-step", "ignore-cancel": members.append(.init("step", "1500ms"))
    default: break
    }
    return .object(members)
  }

  private func entry(
    _ name: String,
    executable: String? = nil,
    arguments: [String] = [],
    variables: [JSONValue.Member] = [],
    members: [JSONValue.Member] = []
  ) throws -> String {
    let folder = Paths.join(directory, "work", name)
    try Files.createDirectories(folder)
    let quiet = JSONValue.Member("SWIFT_BACKTRACE", "enable=no")
    var all: [JSONValue.Member] = [
      .init("name", .string(name)),
      .init("executable", .string(executable ?? options.chaosProgram)),
      .init("arguments", .array(arguments.map { .string($0) })),
      .init("environment", .object([quiet] + variables)),
      .init("restart", ["initialDelay": "50ms", "maxDelay": "200ms"]),
      .init("timeouts", timeouts(of: name)),
    ]
    if name == StepFault.isolatedRunCrash.rawValue { all.append(.init("isolation", "run")) }
    all += members
    if !members.contains(where: { $0.name == "workingDirectory" }) {
      all.append(.init("workingDirectory", .string(folder)))
    }
    return JSONValue.object(all).text
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = Paths.join(directory, name)
    try Files.writeAtomically(path, Array(text.utf8), durably: false)
    return path
  }

  /// A file that may be executed, and is in no format that the kernel knows.
  private func odd() throws -> String {
    let path = try file("odd", "\u{7F}ELF and nothing else")
    try Files.allowExecution(path)
    return path
  }
}
