import HanseCore
import HanseFaults
import HanseHost
import HanseModel
import HanseSystem
import HanseWire
import HanseWorkspace
import Testing

/// The page that lists every fence names what there is, and leaves nothing out.
@Suite struct FencesPageTests {
  private struct Row {
    var shared: String
    var number: String
    var setting: String
    var shownBy: String
    var faults: String
  }

  private static let root = Paths.normalized(Paths.join(Paths.directory(of: #filePath), "../.."))
  private let rows: [Row]

  init() throws {
    let path = Paths.join(Self.root, "Sources/HanseHost/HanseHost.docc/Fences.md")
    let page = String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
    let lines = page.split(separator: "\n").drop { !$0.hasPrefix("| Shared |") }
    rows = try lines.prefix { $0.hasPrefix("|") }.dropFirst(2).map { line in
      let cells = line.split(separator: "|").map { String($0.trimmed) }
      try #require(cells.count == 6, "\(line)")
      return Row(
        shared: cells[0],
        number: cells[2],
        setting: cells[3],
        shownBy: cells[4],
        faults: cells[5]
      )
    }
    try #require(rows.count > 40)
  }

  private func names(in cell: String) -> [String] {
    cell.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  @Test func `each fence is shown by tests that there are`() throws {
    for row in rows {
      let names = row.shownBy.matches(of: /(?:(Hanse[A-Za-z]*Tests) )?`([A-Za-z]+)`/)
      #expect(!names.isEmpty, "\(row.shared)")
      var module = "HanseHostTests"
      for name in names {
        // What stands without a module is of the one before it, or of the host.
        module = name.1.map(String.init) ?? module
        let isThere = try suite(String(name.2), isIn: "Tests/\(module)")
        #expect(isThere, "\(row.shared): there is no suite \(name.2) in \(module)")
      }
    }
  }

  /// Whether a folder has a file that is named after the suite, or after its last words, and declares
  /// it.
  private func suite(_ suite: String, isIn folder: String) throws -> Bool {
    var left = [Paths.join(Self.root, folder)]
    while let folder = left.popLast() {
      for name in try Files.list(folder) {
        let path = Paths.join(folder, name)
        if name.hasSuffix("Tests.swift"), suite.hasSuffix(name.dropLast(6)) {
          let text = String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
          if text.contains("struct \(suite) ") || text.contains("class \(suite) ") { return true }
        } else if !name.hasSuffix(".swift"), try Files.status(path)?.isDirectory == true {
          left.append(path)
        }
      }
    }
    return false
  }

  @Test func `each fault of the drill stands at a fence, and each that stands there is one`() {
    let named = rows.flatMap { names(in: $0.faults) }
    #expect(named.filter { Fault(name: $0) == nil } == [])
    #expect(Fault.all.map(\.name).filter { !named.contains($0) } == [])
  }

  /// What of an entry is no fence: how it is found, shown and told apart, and what its steps are for.
  private static let others: Set<String> = [
    "name", "executable", "executableFromPath", "arguments", "workingDirectory", "labels",
    "enabled",
    "watch", "queue", "weight", "io", "limits", "timeouts", "restart",
    // No schedules yet.
    "timeouts.tick",
  ]

  @Test func `each setting of a location's entry that is a fence stands at one, and no other`()
    throws
  {
    let schema = WorkspaceSchema.json()
    let entry = try #require(schema["properties"]?["locations"]?["items"])
    var settings: Set<String> = []
    for name in Self.members(of: entry) {
      settings.insert(name)
      guard let inner = entry["properties"]?[name], name != "sandbox" else { continue }
      for member in Self.members(of: inner) { settings.insert("\(name).\(member)") }
    }
    let named = Set(rows.flatMap { names(in: $0.setting) })
    #expect(settings.count > 30, "\(settings.sorted())")
    #expect(named.subtracting(settings) == [])
    #expect(settings.subtracting(named).subtracting(Self.others) == [])
  }

  private static func members(of object: JSONValue) -> [String] {
    (object["properties"]?.objectMembers ?? []).map(\.name)
  }

  @Test func `the numbers of the page are those of the code`() throws {
    let (wire, limits) = (WireLimits(), LocationLimits())
    let (timeouts, restart) = (LocationTimeouts(), RestartPolicy())
    let machine = LocationStateMachine.Limits()
    let expected: [(shared: String, number: String)] = [
      ("Host memory", "\(wire.lineBytes >> 20) MiB, \(wire.nestingDepth) levels"),
      ("Event rate", "\(wire.eventsPerSecond.grouped) a second"),
      (
        "Start-up",
        "\(timeouts.handshake.briefDescription.spaced) handshake, "
          + "\(timeouts.definitions.briefDescription.spaced) definitions"
      ),
      ("Silence", "\(machine.missedPings) of \(machine.pingInterval.briefDescription.spaced)"),
      ("Hanging steps", "1 h, then \(RunCoordinator.Rules().grace.briefDescription.spaced)"),
      ("Leaving", "\(timeouts.shutdown.briefDescription.spaced) each"),
      ("Execution slots", "\(limits.concurrentSteps); \(limits.waitingSteps.grouped)"),
      (
        "Crash loops",
        "0.1 s to \(restart.maxDelay.briefDescription.spaced); \(restart.maxCrashes) in 3 min"
      ),
      ("Deployments", "\(timeouts.drain.briefDescription.spaced) to drain"),
      ("Processes and threads", try #require(limits.processes).grouped),
      ("Open files, core dumps", try #require(limits.openFiles).grouped),
      ("The processor", "nice +\(limits.nice)"),
      (
        "Time while the host does not read",
        LocationStateMachine.timeAfterHold.briefDescription.spaced
      ),
    ]
    for (shared, number) in expected {
      let row = try #require(rows.first { $0.shared == shared }, "\(shared)")
      #expect(row.number.contains(number), "\(shared): \(row.number), and not \(number)")
    }
    #expect(timeouts.step == .seconds(3600) && restart.window == .seconds(180))
    #expect(restart.initialDelay == .milliseconds(100))
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
  }
}

extension Int {
  /// `4096` as the page has it: `4,096`.
  fileprivate var grouped: String {
    guard self >= 1000 else { return "\(self)" }
    let rest = "\(self % 1000)"
    return "\(self / 1000)," + String(repeating: "0", count: 3 - rest.count) + rest
  }
}

extension String {
  /// `10s` as the page has it: `10 s`.
  fileprivate var spaced: String {
    guard let unit = firstIndex(where: \.isLetter) else { return self }
    return "\(self[..<unit]) \(self[unit...])"
  }
}
