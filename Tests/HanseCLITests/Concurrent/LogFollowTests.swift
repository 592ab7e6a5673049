import HanseAPI
import HanseModel
import HanseSystem
import Testing

/// `hanse logs --follow`, in a process of its own.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct LogFollowTests {
  private static func write(_ text: String, in folder: String, times: Int) throws {
    let file = try RotatingFile(
      directory: Paths.join(folder, ".hanse/logs"),
      name: "fixture.log",
      limitBytesPerFile: 120,
      keptFiles: 4
    )
    let line = "1970-01-01T00:00:01.000Z g1 | \(text)\n"
    for _ in 0..<times { try file.append(Array(line.utf8)) }
  }

  @Test func `without a host what is written is followed across rotations, until Ctrl-C`() throws {
    let workspace = try TemporaryWorkspace()
    try Self.write("begin", in: workspace.path, times: 1)
    let follower = try workspace.start("logs", "fixture", "--follow")
    try #require(try follower.line(with: "begin") != nil)
    // Identical lines, more than one file takes.
    try Self.write("same", in: workspace.path, times: 5)
    for _ in 0..<5 { #expect(try follower.line(with: "same") != nil) }
    try Self.write("end", in: workspace.path, times: 1)
    #expect(try follower.line(with: "") == "00:00:01 fixture end")
    follower.process.signal(.interrupt)
    let outcome = try follower.finish()
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "following what is written from here on, until Ctrl-C\n")
  }

  @Test func `beside a host the lines of a run are followed, until Ctrl-C`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    #expect(try workspace.hanse("materialize", "fixture/print").status == .exited(0))
    let follower = try workspace.start("logs", "fixture", "--follow")
    try #require(try follower.line(with: "printed by a body") != nil)
    #expect(try workspace.hanse("materialize", "fixture/print").status == .exited(0))
    #expect(try follower.line(with: "printed by a body") != nil)
    follower.process.signal(.interrupt)
    #expect(try follower.finish().status == .exited(0))
    let runs = try Page<RunDocument>.decode(try workspace.hanse("runs", "--json").output)
    let run = try #require(runs.items.first?.id.text)
    let ofRun = try workspace.start("logs", run, "--follow", "--json")
    let line = try #require(try ofRun.line(with: "printed by a body"))
    #expect(try ComputeLogLine.decode(line).location == "fixture")
    ofRun.process.signal(.interrupt)
    let outcome = try ofRun.finish()
    #expect(outcome.status == .exited(0))
    #expect(!outcome.output.contains("printed by a body"), "a line of the run is shown again")
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }
}
