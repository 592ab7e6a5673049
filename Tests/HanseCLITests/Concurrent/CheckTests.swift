import HanseAPI
import HanseModel
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct CheckTests {
  @Test func `beside a host the file is checked as it is now, and the host is left alone`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    let before = try workspace.hanse("check")
    #expect(before.status == .exited(0), "\(before.output)")
    #expect(before.output.hasSuffix("in 1 location, 22 assets\n"), "\(before.output)")

    // The host goes on with what it has loaded; the file names another location now.
    let executable = Paths.join(try RunningTool.folder, "FixtureLocation")
    try workspace.write(
      """
      { "version": 1, "name": "test", "server": { "port": 0 }, "locations": [
        { "name": "fixture", "executable": "\(executable)" },
        { "name": "broken", "executable": "\(executable)",
          "environment": { "FIXTURE": "exit-before-handshake" } } ] }
      """
    )
    let after = try workspace.hanse("check", "--json")
    #expect(after.status == .exited(1))
    let errors = try Page<Diagnostic>.decode(after.output).items.filter { $0.severity == .error }
    #expect(errors.map(\.location) == ["broken"])
    #expect(errors.map(\.code) == [.locationFailed])
    let locations = try workspace.hanse("locations", "--json")
    #expect(try Page<LocationDocument>.decode(locations.output).items.map(\.name) == ["fixture"])
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }

  @Test func `a check leaves nothing behind, neither in the workspace nor elsewhere`() throws {
    let workspace = try TemporaryWorkspace()
    let temporary = Paths.join(workspace.path, "tmp")
    try Files.createDirectories(temporary)
    let check = try workspace.hanse("check", environment: ["TMPDIR": temporary])
    #expect(check.status == .exited(0), "\(check.output)")
    #expect(try Files.list(temporary).isEmpty)
    #expect(try Files.list(workspace.path).sorted() == ["tmp", "workspace.json"])
  }

  @Test func `Ctrl-C ends a check and takes its state away`() throws {
    let workspace = try TemporaryWorkspace([("fixture", "hang-at-start")])
    let temporary = Paths.join(workspace.path, "tmp")
    try Files.createDirectories(temporary)
    // The location is a script that says when it runs, and then hangs.
    try workspace.writeProgram(
      "#!/bin/sh\necho up > \"$UP\"; read line; read line\n",
      to: "location"
    )
    let script = Paths.join(workspace.path, "location")
    let up = Paths.join(workspace.path, "up")
    try workspace.write(
      """
      { "version": 1, "locations": [
        { "name": "slow", "executable": "\(script)", "environment": { "UP": "\(up)" } } ] }
      """
    )
    let isUp = try AwaitedFile(up)
    let check = try RunningTool(["check"], in: workspace.path, environment: ["TMPDIR": temporary])
    try isUp.wait(or: "the location does not start")
    #expect(try Files.list(temporary).count == 1)
    check.process.signal(.interrupt)
    #expect(try check.finish().status == .exited(130))
    #expect(try Files.list(temporary).isEmpty)
  }
}
