import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// Who is blamed when a process ends with steps in it, over all that can happen in a small world.
@Suite struct CrashTests {
  private static func world(_ retries: [Int], limit: Int, runs: Int = 5) -> RunWorld {
    var world = RunWorld(
      locations: ["a", "b"],
      limits: .init(workspace: 5, location: limit, runs: runs)
    )
    for (position, retries) in retries.enumerated() {
      let steps = [Plans.step(position, at: "a", retries: retries)]
      world.launch(RunID("r\(position)"), Plans.creation(steps))
    }
    world.serveAll()
    return world
  }

  /// Follows every way that the world can go: each step in flight may end next, and one that crashes
  /// takes its process with it.
  private func explore(
    _ world: RunWorld,
    crashers: Set<RunID>,
    at end: (RunWorld) -> Void
  ) -> Int {
    var settled = world
    settled.serveAll()
    settled.wait(.seconds(2))
    let flying = settled.live.filter { $0.value.location == "a" }.keys.sorted { $0.run < $1.run }
    if flying.isEmpty {
      end(settled)
      return 1
    }
    var count = 0
    for attempt in flying {
      var next = settled
      if crashers.contains(attempt.run) {
        next.end("a", because: .lost)
      } else {
        next.succeed(attempt)
      }
      count += explore(next, crashers: crashers, at: end)
    }
    return count
  }

  @Test(arguments: 1...4)
  func `whoever crashes is found, and nobody else is charged, whatever the order`(count: Int) {
    var courses = 0
    for limit in 1...count {
      for pattern in 0..<(1 << count) {
        for retries in [0, 1, 9] {
          let crashers = Set((0..<count).filter { pattern >> $0 & 1 == 1 }.map { RunID("r\($0)") })
          let world = Self.world(Array(repeating: retries, count: count), limit: limit)
          courses += explore(world, crashers: crashers) { end in
            #expect(end.faults == [] && end.coordinator.runs.isEmpty)
            for run in 0..<count {
              let id = RunID("r\(run)")
              let isCrasher = crashers.contains(id)
              #expect(end.finished[id] == (isCrasher ? .failed : .succeeded))
              let crashes = end.failures(of: id).map(\.crash)
              let proven = isCrasher ? min(retries + 1, 3) : 0
              #expect(crashes.count { $0 == .proven } == proven)
              #expect(end.charges(of: id) == proven)
              #expect(end.failures(of: id).last?.code == .poison || !(isCrasher && retries == 9))
            }
          }
        }
      }
    }
    #expect(courses >= 2 * count)
  }

  @Test func `a host that ends after any event of a search goes on with it`() {
    var world = Self.world([1, 1, 1], limit: 3)
    let crasher: RunID = "r1"
    world.end("a", because: .lost)
    let searching = explore(world, crashers: [crasher]) { end in
      for kept in 3...end.log.count {
        var next = end
        next.restart(keeping: kept)
        next.checkFold()
        _ = explore(next, crashers: [crasher]) { last in
          #expect(last.faults == [], "after \(kept) events")
          #expect(last.finished["r0"] == .succeeded && last.finished["r2"] == .succeeded)
          #expect(last.charges(of: "r0") == 0 && last.charges(of: "r2") == 0)
          #expect(last.finished[crasher] == .failed)
        }
      }
    }
    // One at a time leaves one way to go.
    #expect(searching == 1)
  }

  @Test func `a neighbour goes on at full width while a location looks for its culprit`() {
    var world = RunWorld(limits: .init(workspace: 6, location: 2, runs: 9))
    for run in 0..<4 {
      world.launch(
        RunID("r\(run)"),
        Plans.creation([Plans.step(2 * run, at: "a"), Plans.step(2 * run + 1, at: "b")])
      )
    }
    world.serveAll()
    world.end("a", because: .lost)
    world.wait(.zero)
    world.serve("a")
    #expect(world.live.values.count { $0.location == "a" } == 1)
    #expect(world.live.values.count { $0.location == "b" } == 2)
    #expect(world.faults == [])
  }

  @Test func `a step that is poison is not started in other runs, until its location has changed`()
  {
    var world = Self.world([9], limit: 2)
    _ = explore(world, crashers: ["r0"]) { world = $0 }
    #expect(world.failures(of: "r0").map(\.code) == [.lost, .lost, .poison])
    let started = world.log.count { $0.payload.kind == "step.started" }
    world.launch("later", Plans.creation([Plans.step(0, at: "a", retries: 9)]))
    #expect(world.finished["later"] == .failed)
    #expect(
      world.failures(of: "later").map(\.message) == [
        "not started: it ended its process 3 times in a row, alone in it (location a ended); "
          + "it may be tried in 4m 58s, or at once when location \"a\" has changed or is restarted"
      ]
    )
    #expect(world.log.count { $0.payload.kind == "step.started" } == started)
    world.coordinator.forgiveCrashes(at: "a")
    world.launch("again", Plans.creation([Plans.step(0, at: "a")]))
    for attempt in world.live.keys { world.succeed(attempt) }
    #expect(world.finished["again"] == .succeeded && world.faults == [])
  }

  @Test func `a step that is poison may try again after a while, alone`() {
    var world = Self.world([9], limit: 2)
    _ = explore(world, crashers: ["r0"]) { world = $0 }
    world.wait(.seconds(300))
    for run: RunID in ["x", "y"] {
      world.launch(run, Plans.creation([Plans.step(run == "x" ? 0 : 7, at: "a")]))
    }
    #expect(world.live.keys.map(\.run) == ["x"])
    for attempt in world.live.keys { world.succeed(attempt) }
    #expect(world.live.keys.map(\.run) == ["y"])
  }
}

extension RunWorld {
  fileprivate func failures(of run: RunID) -> [StepFailure] {
    log.compactMap { record in
      guard record.run == run, case .stepFailed(let failure, _) = record.payload else { return nil }
      return failure
    }
  }

  /// The failed attempts that count against the retry policy.
  fileprivate func charges(of run: RunID) -> Int {
    failures(of: run).count { $0.code != .interrupted }
  }
}
