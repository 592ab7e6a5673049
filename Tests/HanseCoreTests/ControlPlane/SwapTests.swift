import HanseCore
import HanseGraph
import HanseModel
import HanseSimulator
import Testing

/// How a new binary takes over from the one that serves, in one thread and without time.
@Suite struct SwapTests {
  typealias Conduct = SimulatedHost.Conduct

  private func host(_ conduct: Conduct) -> SimulatedHost {
    var conduct = conduct
    conduct.assets = ["s0", "s1"].map { AssetDefinition(key: $0) }
    var host = SimulatedHost([
      "a": conduct, "b": Conduct(assets: [AssetDefinition(key: "other")]),
    ])
    host.handle(.binarySeen("a", "one"))
    return host
  }

  private func swaps(_ host: SimulatedHost) -> [String] {
    host.kinds(of: "a").filter { $0.hasPrefix("location.swap") }
  }

  @Test func `a new binary takes over, and the old one finishes its step and goes`() {
    var host = host(Conduct(holds: ["s0"]))
    host.launch([Plans.step(0, at: "a"), Plans.step(1, at: "a", after: [0])])
    host.handle(.binarySeen("a", "two"))
    #expect(swaps(host) == ["location.swapped"])
    #expect(host.living["a"] == [Generation(1), Generation(2)])
    let supervisor = host.plane.locations["a"]?.supervisor
    #expect(supervisor?.serving.generation == Generation(2))
    #expect(supervisor?.draining == [Generation(1)])
    host.succeed("s0")
    #expect(host.living["a"] == [Generation(2)])
    #expect(host.sent["a"]?.map(\.generation) == [Generation(1), Generation(2)])
    #expect(host.finished.values.map(\.self) == [.succeeded])
    #expect(host.kinds(of: "b").count == 2)
  }

  @Test func `a step that outlasts the drain time runs again, uncharged`() {
    var host = host(Conduct(holds: ["s0"]))
    host.launch([Plans.step(0, at: "a")])
    host.handle(.binarySeen("a", "two"))
    host.wait(.seconds(29))
    #expect(host.living["a"] == [Generation(1), Generation(2)])
    host.wait(.seconds(2))
    #expect(host.living["a"] == [Generation(2)])
    #expect(host.held["s0"]?.2.attempt == 2)
    host.succeed("s0")
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `one that waits for its place in the graph serves when its successor is dismissed`() {
    var host = host(Conduct())
    host.holdsMerges = true
    // A merge is under way while a process of "a" loads, another is tried, and that is dismissed.
    host.handle(.location("b", .restartRequested))
    host.handle(.location("a", .restartRequested))
    host.handle(.binarySeen("a", "two"))
    host.handle(.binarySeen("a", "one"))
    #expect(host.living["a"] == [Generation(2)])
    host.launch([Plans.step(0, at: "a")])
    #expect(host.finished.isEmpty)
    host.finishMerge()
    host.finishMerge()
    #expect(host.sent["a"]?.map(\.generation) == [Generation(2)])
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `a new binary takes over, also from one that has loaded after it`() {
    var host = host(Conduct(mutes: [Generation(2)]))
    host.holdsMerges = true
    // A merge is under way while the new one loads, and then the old one, which was slow to start.
    host.handle(.location("b", .restartRequested))
    host.handle(.location("a", .restartRequested))
    host.handle(.binarySeen("a", "two"))
    #expect(host.living["a"] == [Generation(2), Generation(3)])
    host.handle(.location("a", .initialized(Generation(2))))
    host.finishMerge()
    host.finishMerge()
    #expect(swaps(host) == ["location.swapped"])
    #expect(host.living["a"] == [Generation(3)])
    host.holdsMerges = false
    host.finishMerge()
    host.launch([Plans.step(0, at: "a")])
    #expect(host.sent["a"]?.map(\.generation) == [Generation(3)])
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `a new binary takes over, also from one that was started after it`() {
    var host = host(Conduct(mutes: [Generation(2), Generation(3)]))
    host.holdsMerges = true
    host.handle(.location("b", .restartRequested))
    // The new one dies, and then the old one; both are tried again, in that order. The old one waits
    // for a merge when the new one has loaded too.
    host.handle(.binarySeen("a", "two"))
    host.exit("a", Generation(2), "exit status 1")
    host.handle(.tick)
    host.wait(.milliseconds(50))
    host.exit("a", Generation(1), "signal 9 (SIGKILL)")
    host.handle(.tick)
    host.wait(.seconds(1))
    #expect(host.living["a"] == [Generation(3), Generation(4)])
    #expect(host.plane.locations["a"]?.supervisor.candidate?.generation == Generation(3))
    host.handle(.location("a", .initialized(Generation(3))))
    host.finishMerge()
    host.finishMerge()
    #expect(swaps(host) == ["location.swap-failed", "location.swapped"])
    #expect(host.living["a"] == [Generation(3)])
    host.holdsMerges = false
    host.finishMerge()
    host.launch([Plans.step(0, at: "a")])
    #expect(host.sent["a"]?.map(\.generation) == [Generation(3)])
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `an old one that has loaded after the new one serves when that is dismissed`() {
    var host = host(Conduct(mutes: [Generation(2)]))
    host.holdsMerges = true
    host.handle(.location("b", .restartRequested))
    host.handle(.location("a", .restartRequested))
    host.handle(.binarySeen("a", "two"))
    host.handle(.location("a", .initialized(Generation(2))))
    host.handle(.binarySeen("a", "one"))
    #expect(host.living["a"] == [Generation(2)])
    host.finishMerge()
    host.finishMerge()
    host.launch([Plans.step(0, at: "a")])
    #expect(host.sent["a"]?.map(\.generation) == [Generation(2)])
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `a broken binary leaves the old one serving, and is given up in the end`() {
    var host = host(Conduct(mutes: Set((2...40).map { Generation($0) })))
    host.handle(.binarySeen("a", "broken"))
    host.wait(.seconds(600))
    let supervisor = host.plane.locations["a"]?.supervisor
    #expect(supervisor?.serving.generation == Generation(1))
    #expect(supervisor?.serving.state == .running)
    #expect(supervisor?.rejection?.failures == 5)
    #expect(supervisor?.rejection?.nextTry == nil)
    #expect(supervisor?.rejection?.code == .handshakeTimedOut)
    #expect(swaps(host) == Array(repeating: "location.swap-failed", count: 5))
    #expect(host.plane.locations["a"]?.isStale == false)
    host.launch([Plans.step(0, at: "a")])
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test
  func `when the old one dies too, its steps wait for the kept binary`() {
    var host = host(Conduct(mutes: Set((2...6).map { Generation($0) })))
    host.handle(.binaryKept("a", "one"))
    host.handle(.binarySeen("a", "broken"))
    host.wait(.seconds(600))
    host.exit("a", Generation(1), "signal 11 (SIGSEGV)")
    host.handle(.tick)
    #expect(host.plane.locations["a"]?.isStale == true)
    #expect(host.plane.graph.nodes.map(\.key.path) == ["other", "s0", "s1"])
    host.launch([Plans.step(0, at: "a")])
    #expect(host.finished.isEmpty)
    host.wait(.seconds(1))
    let supervisor = host.plane.locations["a"]?.supervisor
    #expect(supervisor?.serving.state == .running)
    #expect(
      supervisor?.programs[supervisor?.serving.generation ?? Generation()]
        == LocationProgram(digest: "one", isKept: true)
    )
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `a change of the binary ends quarantine at once`() {
    var host = host(Conduct())
    for _ in 1...5 {
      host.exit("a", "exit status 1")
      host.handle(.tick)
      if host.plane.locations["a"]?.machine.state != .quarantined { host.wait(.seconds(2)) }
    }
    #expect(host.plane.locations["a"]?.machine.state == .quarantined)
    host.handle(.binarySeen("a", "two"))
    #expect(host.plane.locations["a"]?.machine.state == .running)
  }

  @Test func `a roll-back runs the kept binary until the file changes`() {
    var host = host(Conduct())
    host.handle(.binaryKept("a", "one"))
    host.handle(.binarySeen("a", "two"))
    host.handle(.rollBack("a", to: "one"))
    func program() -> LocationProgram? {
      let supervisor = host.plane.locations["a"]?.supervisor
      return supervisor.flatMap { $0.programs[$0.serving.generation] }
    }
    #expect(program() == LocationProgram(digest: "one", isKept: true))
    host.exit("a", "exit status 1")
    host.handle(.tick)
    host.wait(.seconds(1))
    #expect(program() == LocationProgram(digest: "one", isKept: true))
    host.handle(.binarySeen("a", "three"))
    #expect(program() == LocationProgram(digest: "three"))
  }

  @Test func `a host that stops while a binary takes over stops all processes`() {
    var host = host(Conduct(mutes: [Generation(3)], holds: ["s0"]))
    host.launch([Plans.step(0, at: "a")])
    host.handle(.binarySeen("a", "two"))
    host.handle(.binarySeen("a", "three"))
    #expect(host.living["a"]?.count == 3)
    host.handle(.stop)
    #expect(host.living["a"]?.isEmpty == true)
    #expect(host.hasStopped)
  }

  @Test func `a binary that its entry does not allow is given up at once, and what serves goes on`()
  {
    var host = host(Conduct(mutes: [Generation(2)]))
    host.handle(.binarySeen("a", "two"))
    let refusal = LocationStateMachine.Event.spawnFailed(
      Generation(2),
      reason: "the digest is two",
      code: .digest
    )
    host.handle(.location("a", refusal))
    let supervisor = host.plane.locations["a"]?.supervisor
    #expect(supervisor?.candidate == nil)
    #expect(supervisor?.rejection?.code == .digest)
    #expect(supervisor?.rejection?.nextTry == nil)
    #expect(supervisor?.serving.generation == Generation(1))
    #expect(supervisor?.serving.state == .running)
  }

  @Test func `of the host's copies only the one that its entry allows is run`() {
    let served = ["one", "two"].enumerated().map {
      ServedBinary(digest: BinaryDigest($1), generation: Generation($0 + 1))
    }
    let free = LocationBinaries(served: served)
    #expect(free.fallback(from: "three") == "two")
    let pinned = LocationBinaries(served: served, pin: "two", required: "one")
    #expect(pinned.fallback(from: "three") == "one")
    #expect(pinned.allows("one") && !pinned.allows("two"))
    // What somebody chose to run gives way to what the workspace says.
    #expect(pinned.next == LocationProgram())
  }
}
