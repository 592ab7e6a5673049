import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct InitTests {
  @Test func `init writes a workspace, and only into an empty directory`() throws {
    let workspace = try TemporaryWorkspace([])
    let outcome = try workspace.hanse("init", "new")
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("wrote new/workspace.json\n"))
    let again = try workspace.hanse("init", "new")
    #expect(again.status == .exited(2))
    #expect(
      again.errors
        == """
        error: new is not empty; name a directory that is, or one that is not there yet
        see `hanse help init`

        """
    )
    let elsewhere = try workspace.hanse("init", "other", "--hanse", "new")
    #expect(
      elsewhere.errors
        == """
        error: new is no checkout of Hanse: it has no Package.swift with Sources/Hanse beside it
        see `hanse help init`

        """
    )
  }
}

@Suite(.timeLimit(.minutes(10)), .tags(.process, .slow)) struct NewWorkspaceTests {
  @Test func `what init writes builds, passes its tests and runs`() throws {
    let workspace = try TemporaryWorkspace([])
    #expect(try workspace.hanse("init", "new").status == .exited(0))
    let new = Paths.join(workspace.path, "new")
    let swift = try RunningTool.run(
      ["swift", "test", "--package-path", "locations/shop"],
      in: new,
      executable: "/usr/bin/env"
    )
    #expect(swift.status == .exited(0), "\(swift.output)\(swift.errors)")
    let made = try RunningTool.run(["materialize", "*", "--json"], in: new)
    #expect(made.status == .exited(0), "\(made.errors)")
    let run = try RunDetailDocument.decode(made.output)
    #expect(run.steps.flatMap(\.assets).contains("shop/revenue"))
  }
}
