import Foundation
import Testing

/// The rules that keep the architecture's picture true.
@Suite struct ArchitectureTests {
  /// What each module may import, beside the standard library.
  static let allowed: [String: Set<String>] = [
    "HanseModel": [],
    "HanseGraph": ["HanseModel"],
    "HanseWire": ["HanseModel"],
    "HanseSystem": ["Glibc", "CPosix", "Synchronization"],
    "Hanse": [
      "HanseModel", "HanseGraph", "HanseWire", "HanseSystem", "FoundationEssentials",
      "Synchronization", "Dispatch",
    ],
    "HanseCore": ["HanseModel", "HanseGraph"],
    "HanseSimulator": ["HanseModel", "HanseGraph", "HanseCore"],
    "HanseWorkspace": ["HanseModel", "HanseSystem"],
    "HanseStore": ["HanseModel", "CSQLite", "Synchronization"],
    "HanseHost": [
      "HanseModel", "HanseGraph", "HanseWire", "HanseSystem", "HanseCore", "HanseWorkspace",
      "HanseStore", "CNettle", "Synchronization",
    ],
    "HanseAPI": [
      "HanseModel", "HanseGraph", "HanseSystem", "HanseCore", "HanseWorkspace", "HanseStore",
      "HanseHost", "CMicrohttpd", "Synchronization",
    ],
    "HanseCLI": [
      "HanseModel", "HanseGraph", "HanseSystem", "HanseCore", "HanseWorkspace", "HanseStore",
      "HanseHost", "HanseAPI", "HanseFaults", "HanseTesting", "Synchronization",
    ],
    "HanseFaults": [],
    "HanseTesting": [
      "Hanse", "HanseFaults", "HanseModel", "HanseGraph", "HanseWire", "HanseSystem", "HanseCore",
      "HanseWorkspace", "HanseStore", "HanseHost",
    ],
  ]

  @Test func `each module imports only what the architecture allows it`() throws {
    for file in try SourceTree.swiftFiles(below: "Sources") {
      guard let allowed = Self.allowed[file.module] else { continue }
      let foreign = Set(file.imports).subtracting(allowed).subtracting([file.module])
      #expect(foreign.isEmpty, "\(file.path) imports \(foreign.sorted())")
    }
  }

  @Test func `every library module has a rule for its imports`() throws {
    let modules = Set(try SourceTree.swiftFiles(below: "Sources").map(\.module))
    let tools: Set<String> = [
      "HanseBench", "BenchLocation", "ChaosLocation", "HanseSimulate",
    ]
    #expect(modules.subtracting(tools) == Set(Self.allowed.keys))
  }

  @Test(arguments: ["HanseModel", "HanseGraph", "HanseCore", "HanseWire", "HanseSimulator"])
  func `the pure modules have no clock, no waiting and no output`(module: String) throws {
    let banned = ["Date(", "Task.sleep", "ContinuousClock", "SuspendingClock", "print(", "await "]
    for file in try SourceTree.swiftFiles(below: "Sources/\(module)") {
      let code = file.code
      for word in banned {
        #expect(!code.contains(word), "\(file.path) has \(word)")
      }
    }
  }

  @Test func `nothing is unchecked, forced or left to Foundation's Process`() throws {
    let banned = ["@unchecked Sendable", "try!", "Foundation.Process", " as! "]
    for file in try SourceTree.swiftFiles(below: "Sources", "locations") {
      let code = file.code
      for word in banned {
        #expect(!code.contains(word), "\(file.path) has \(word)")
      }
    }
  }

  @Test func `an unsafe isolation says which rule protects it`() throws {
    for file in try SourceTree.swiftFiles(below: "Sources")
    where file.code.contains("nonisolated(unsafe)") {
      let lines = file.lines
      for (number, line) in lines.enumerated()
      where SourceTree.withoutProse(String(line)).contains("nonisolated(unsafe)") {
        let before = lines[max(0, number - 3)..<number]
        #expect(
          before.contains { $0.contains("//") } || line.contains("//"),
          "\(file.path):\(number + 1) has nonisolated(unsafe) without a comment"
        )
      }
    }
  }

  @Test func `state machines write every pair out`() throws {
    let machines = try SourceTree.swiftFiles(below: "Sources")
      .filter { $0.path.hasSuffix("StateMachine.swift") }
    #expect(!machines.isEmpty)
    for file in machines {
      var pattern: String?
      for line in file.code.split(separator: "\n") {
        let trimmed = line.trimmingCharacters(in: .whitespaces)
        #expect(!trimmed.hasPrefix("default:"), "\(file.path) has a default")
        #expect(!trimmed.hasPrefix("case _"), "\(file.path): \(trimmed)")
        // A case's patterns may go over several lines, up to the colon.
        if trimmed.hasPrefix("case (") { pattern = "" }
        pattern?.append(contentsOf: trimmed.replacing("case ", with: ""))
        if let whole = pattern, trimmed.hasSuffix(":") {
          #expect(!SourceTree.ignoresAPart(ofPairsIn: whole), "\(file.path): \(whole)")
          pattern = nil
        }
      }
    }
  }

  @Test(arguments: [
    ("(.running, _)", true), ("(_, .exited)", true), ("(.a, .b), (.c, _)", true),
    ("(.running, .exited(_))", false), ("(.ending(_, .stop), .exited)", false),
  ])
  func `a pair that leaves out a part is recognized`(pattern: String, expected: Bool) {
    #expect(SourceTree.ignoresAPart(ofPairsIn: pattern) == expected)
  }

  @Test func `each state machine stands on the page of state machines`() throws {
    let page = try SourceTree.read("Sources/HanseHost/HanseHost.docc/StateMachines.md")
    for file in try SourceTree.swiftFiles(below: "Sources")
    where file.path.hasSuffix("StateMachine.swift") {
      let name = URL(fileURLWithPath: file.path).deletingPathExtension().lastPathComponent
      #expect(page.contains(name), "\(name) is not on the page")
    }
  }

  @Test func `tests never sleep`() throws {
    let banned = ["Task.sleep", "usleep(", "nanosleep(", "Thread.sleep", " sleep("]
    for file in try SourceTree.swiftFiles(below: "Tests", "locations")
    where !file.path.hasPrefix("Tests/TidyTests") {
      guard !file.path.hasPrefix("Tests/FixtureLocation") else { continue }
      let code = file.code
      for word in banned {
        #expect(!code.contains(word), "\(file.path) has \(word)")
      }
    }
  }

  @Test func `tests wait for events and never look again and again`() throws {
    for file in try SourceTree.swiftFiles(below: "Tests", "locations")
    where !file.path.hasPrefix("Tests/TidyTests") && !file.path.hasPrefix("Tests/FixtureLocation") {
      for poll in TimedWaits.polls(in: file.code) {
        Issue.record("\(file.path):\(poll.line) looks again after a time: \(poll.text)")
      }
    }
  }

  @Test(arguments: [
    ("while !isThere {\n  monitor.wait(until: MonotonicClock.milliseconds() + 20) { $0 }\n}", [2]),
    ("while true { if look() { return }; _ = feed.wait(after: 1, for: .seconds(1)) }", [1]),
    ("repeat {\n  let come = gate.wait(for: .milliseconds(50))\n} while !come", [2]),
    (
      "for _ in 0..<100\nwhere true {\n  try poller.wait(upToMilliseconds: 10, into: &ready)\n}",
      [3]
    ),
    ("names.forEach { _ in\n  _ = host.waitUntilStopped(for: .seconds(1))\n}", [2]),
    (
      "while let next = all.first(where: { $0.isLate }) {\n  _ = next.wait(for: .seconds(1))\n}",
      [2]
    ),
    ("let deadline = MonotonicClock.milliseconds() + 30_000", [1]),
    ("while host.feed.wait(after: last, for: .seconds(60)) { read() }", []),
    ("for pid in pids { #expect(try waitForEnd(of: pid, limitMilliseconds: 10_000)) }", []),
    ("while a { b() }\ngate.wait(for: .milliseconds(20))", []),
    ("let delay = Retry(for: .milliseconds(5))", []),
  ])
  func `a wait that looks again and again is recognized`(code: String, expected: [Int]) {
    #expect(TimedWaits.polls(in: code).map(\.line) == expected)
  }

  @Test func `the package depends on no other package`() throws {
    #expect(!(try SourceTree.read("Package.swift")).contains(".package("))
  }

  @Test func `no debt without an issue number`() throws {
    let numbered = /(TODO|FIXME)\(#[0-9]+\)/
    for file in try SourceTree.swiftFiles(below: "Sources", "Tests", "locations")
    where !file.path.hasPrefix("Tests/TidyTests")
      && (file.text.contains("TODO") || file.text.contains("FIXME"))
    {
      for (number, line) in file.lines.enumerated()
      where line.contains("TODO") || line.contains("FIXME") {
        #expect(line.contains(numbered), "\(file.path):\(number + 1) has a debt without a number")
      }
    }
  }

  @Test func `source files fit in the head`() throws {
    for file in try SourceTree.swiftFiles(below: "Sources") {
      #expect(file.lines.count <= 450, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test func `only the libraries for teams have public symbols of its own`() throws {
    let publicModules: Set<String> = ["Hanse", "HanseModel", "HanseTesting"]
    for file in try SourceTree.swiftFiles(below: "Sources")
    where !publicModules.contains(file.module) {
      for line in file.code.split(separator: "\n") where line.contains("public ") {
        let trimmed = line.trimmingCharacters(in: .whitespaces)
        let isImport = trimmed.hasPrefix("public import")
        #expect(!trimmed.hasPrefix("public ") || isImport, "\(file.path): \(trimmed)")
      }
    }
  }
}
