import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A state directory that somebody takes away under a running host.
@Suite(.timeLimit(.minutes(10))) struct StateLossTests {
  enum Loss: String, CaseIterable, Sendable { case removed, moved, replaced }

  @Test(arguments: Loss.allCases)
  func `a host whose state directory is gone ends its locations and stops with the reason`(
    loss: Loss
  ) throws {
    let bench = try Bench()
    var configuration = try bench.configuration([
      try bench.fixture("alpha"), try bench.fixture("beta"),
    ])
    configuration.diskInterval = .milliseconds(20)
    let host = try Host.start(configuration)
    let state = host.state
    let pids = try host.settled().locations.compactMap(\.processID)
    #expect(pids.count == 2)
    let run = try host.launch("alpha/patient")
    try host.started("alpha/patient", of: run)

    switch loss {
    case .removed: try Files.removeTree(state.path)
    case .moved: try Files.rename(state.path, to: bench.path("elsewhere"))
    case .replaced:
      // What a command does that starts a host of its own there.
      let other = Paths.join(bench.directory, "other")
      try Files.createDirectories(other)
      guard case .locked(let lock) = try FileLock.acquire(Paths.join(other, "host.lock")) else {
        Issue.record("a free lock was not given")
        return
      }
      defer { lock.release() }
      try Files.rename(Paths.join(other, "host.lock"), to: state.lock)
    }

    let failure = try #require(host.waitUntilStopped())
    #expect(failure.code == .stateDirectory)
    #expect(
      failure.description
        == (loss == .replaced
          ? "the state directory \(state.path) was replaced while the host ran, so the host stopped: "
            + "another host may work there now; see with `hanse doctor`, and start this one again if "
            + "none does"
          : "the state directory \(state.path) was removed or moved away while the host ran, so the "
            + "host stopped: nothing that happens could be found there again; put it back, or start "
            + "the host again with an empty one")
    )
    for pid in pids {
      #expect(try ForeignProcess.waitForEnd(of: Int32(pid), limitMilliseconds: 0))
    }
    #expect(host.snapshot.isStopping)
    #expect(throws: HostError(.stopping, "the host has stopped")) {
      try host.launch("beta/left")
    }

    if loss == .moved { try Files.rename(bench.path("elsewhere"), to: state.path) }
    let next = try Host.start(configuration)
    try next.settled()
    if loss == .removed {
      #expect(try next.run("beta/left").status == .succeeded)
    } else {
      #expect(try next.course(of: run).status == .succeeded)
    }
    next.stop()
    #expect(next.waitUntilStopped() == nil)
  }
}
