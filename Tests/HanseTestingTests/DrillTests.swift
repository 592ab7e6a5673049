import HanseFaults
import HanseModel
import HanseSystem
import Testing

@testable import HanseTesting

/// The drill itself, with real processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DrillTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a drill leads to what was promised, and leaves the state directory as it was`()
    throws
  {
    try folder.write("workspace.json", Self.workspace(try Programs.beside("FixtureLocation")))
    try folder.write(".hanse/events.sqlite", "not to be touched")
    try folder.write(".hanse/logs/guest.log", "nor this")
    let before = try folder.digest(of: ".")
    let scratch = try folder.make("scratch")
    let junit = folder.path("scratch-report.xml")
    let outcome = try Tool.run(
      [
        "drill", "--fault", "crash-in-step", "--fault", "garbage", "--fault", "duplicate-keys",
        "--quick", "--json", "--junit", junit,
      ],
      in: folder.path("."),
      temporary: scratch
    )
    #expect(outcome.status == .exited(0), "\(outcome.output) \(outcome.errors)")
    try JSONValidator.validate(Array(outcome.output.utf8.dropLast()))
    #expect(outcome.output.hasPrefix(#"{"good":true,"quiet":{"steps":"#), "\(outcome.output)")
    for name in ["canary", "guest"] {
      #expect(outcome.output.contains("the process of its neighbour \\\"\(name)\\\" goes on"))
    }
    #expect(try folder.text("scratch-report.xml").contains(#"tests="3" failures="0""#))
    try Files.remove(junit)
    #expect(try Files.list(scratch) == [])
    try Files.removeTree(scratch)
    #expect(try folder.digest(of: ".") == before)
  }

  @Test func `a drill sees that a fault leads to something else than was promised`() throws {
    let chaos = try Programs.beside("chaos-location")
    var patience = ScratchHost.Patience()
    // One of the faults never comes to its end.
    patience.limit = .seconds(10)
    // What is to throw crashes instead, and what is to crash goes well.
    try folder.writeProgram(
      "chaos",
      """
      #!/bin/sh
      case "$*" in
        *"--fault throw-error"*) exec '\(chaos)' --name throw-error --fault crash-in-step serve ;;
        *"--fault crash-in-step"*) exec '\(chaos)' --name crash-in-step serve ;;
        *) exec '\(chaos)' "$@" ;;
      esac

      """
    )
    let drill = Drill(
      Drill.Options(
        faults: [.step(.throwError), .step(.crashInStep), .step(.refuseStep)],
        workspace: nil,
        isQuick: true,
        chaosProgram: folder.path("chaos"),
        patience: patience
      )
    )
    let report = try drill.run { _ in }
    #expect(!report.isGood)
    let broken = report.results.map { result in
      result.broken.map(\.promise).filter { $0 != "the host's descriptors are back" }
    }
    #expect(
      broken == [
        [
          "the attempt is failed with \"as it was told to\", and the next one succeeds",
          "its process goes on",
        ],
        ["the fault comes to its end"], [],
      ]
    )
  }

  @Test func `a drill sees that the canary lost steps and its process`() throws {
    let chaos = try Programs.beside("chaos-location")
    // The canary of the second host, the one beside the fault, ends at every fifth step.
    try folder.writeProgram(
      "chaos",
      """
      #!/bin/sh
      case "$*" in
        *"--name canary"*)
          if [ -e '\(folder.path("second"))' ]; then
            exec '\(chaos)' --name canary --fault exit-in-step --always --after 5 serve
          fi
          : >'\(folder.path("second"))' ;;
      esac
      exec '\(chaos)' "$@"

      """
    )
    let drill = Drill(
      Drill.Options(
        faults: [.step(.refuseStep)],
        workspace: nil,
        isQuick: true,
        chaosProgram: folder.path("chaos"),
        canaryAsset: "canary/faulty"
      )
    )
    let report = try drill.run { _ in }
    let broken = report.results.flatMap(\.broken).map(\.promise)
    #expect(broken.contains("no step of the canary is lost"), "\(broken)")
    #expect(broken.contains("the process of its neighbour \"canary\" goes on"), "\(broken)")
  }

  @Test(arguments: [1, 2])
  func `a signal ends the drill and leaves nothing behind`(count: Int) throws {
    try folder.write("workspace.json", Self.workspace(try Programs.beside("FixtureLocation")))
    let scratch = try folder.make("scratch")
    let tool = try Tool(
      [
        "drill", "--quick", "--fault", "print", "--fault", "grandchild-outlives", "--fault",
        "ignore-terminate", "--fault", "spin", "--fault", "never-read", "--fault", "allocate",
      ],
      in: folder.path("."),
      temporary: scratch
    )
    // The first host is done with, and the next one is under way.
    #expect(tool.errorsHold("good  print"))
    for _ in 1...count { tool.process.signal(.interrupt) }
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(130), "\(outcome.errors)")
    #expect(outcome.errors.contains("interrupted; the host and its locations have ended"))
    #expect(try Files.list(scratch) == [])
    #expect(try Tool.processes(in: scratch) == [])
  }

  @Test func `the list documents every fault`() throws {
    let outcome = try Tool.run(["drill", "--list"], in: folder.path("."))
    #expect(outcome.status == .exited(0))
    for fault in Fault.all {
      #expect(outcome.output.contains("\n\(fault.name)  (") || outcome.output.hasPrefix(fault.name))
      #expect(outcome.output.contains("what must happen:  \(fault.entry.must)"))
      #expect(outcome.output.contains("what must not:     \(fault.entry.mustNot)"))
    }
    let json = try Tool.run(["drill", "--list", "--json"], in: folder.path("."))
    try JSONValidator.validate(Array(json.output.utf8.dropLast()))
    #expect(json.output.split(separator: "\"breaks\":").count == Fault.all.count + 1)
  }

  @Test(arguments: [
    (
      ["drill"],
      "name a fault with --fault NAME, take some of each kind with --quick, or take them all with "
        + "--all; --list explains them"
    ),
    (["drill", "--fault", "garbge"], "there is no fault \"garbge\"; did you mean \"garbage\"?"),
    (
      ["drill", "--quick", "--location", "gust"],
      "there is no location \"gust\" in the workspace; did you mean \"guest\"?"
    ),
  ])
  func `a drill that makes no sense is refused`(arguments: [String], message: String) throws {
    try folder.write("workspace.json", Self.workspace(try Programs.beside("FixtureLocation")))
    let outcome = try Tool.run(arguments, in: folder.path("."))
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  private static func workspace(_ executable: String) -> String {
    """
    { "version": 1, "locations": [
      { "name": "guest", "executable": "\(executable)",
        "environment": { "FIXTURE_NAME": "guest", "SWIFT_BACKTRACE": "enable=no" } } ] }

    """
  }
}
