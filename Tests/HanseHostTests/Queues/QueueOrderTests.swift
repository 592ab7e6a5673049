import HanseCore
import HanseHost
import HanseModel
import HanseWorkspace
import Testing

/// Limits that are changed while a host runs, with real processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct QueueOrderTests {
  private let bench: Bench

  init() throws { bench = try Bench() }

  private func held(_ run: RunID, in host: Host) -> [String] {
    host.live(run)?.held.map(\.reason) ?? []
  }

  @Test func `a pause of a location starts no step, keeps its process, and holds in the next host`()
    throws
  {
    let locations = [bench.script("alpha"), bench.script("beta")]
    let waiting: RunID = try bench.withHost(locations) { host in
      try host.settled()
      let process = host.snapshot.location("alpha")?.processID
      try host.pause(.location("alpha"))
      let run = try host.launch("alpha/one")
      #expect(held(run, in: host) == ["waiting: location alpha is paused"])
      #expect(try host.run("beta/one").status == .succeeded)
      #expect(host.snapshot.location("alpha")?.processID == process)
      return run
    }
    try bench.withHost(locations) { host in
      try host.settled()
      #expect(held(waiting, in: host) == ["waiting: location alpha is paused"])
      try host.resume(.location("alpha"))
      #expect(try host.course(of: waiting).status == .succeeded)
      #expect(host.recount() == [])
    }
  }

  @Test func `a drained queue tells when its last step has ended`() throws {
    let members = #""queues":[{"name":"slow"}]"#
    let locations = [bench.script("alpha", "silent", members: #""queue":"slow""#)]
    try bench.withHost(locations, members: members) { host in
      try host.settled()
      let run = try host.launch("alpha/one")
      try host.started("alpha/one", of: run)
      #expect(try host.drain(.queue("slow")).running == 1)
      let next = try host.launch("alpha/one")
      #expect(held(next, in: host) == ["waiting: queue slow is paused"])
      #expect(host.cancel(run, forced: true))
      try host.event("the end of the drain") { $0.payload == .limitsDrained(.queue("slow")) }
      try host.resume(.queue("slow"))
      #expect(try host.course(of: next).status == .succeeded)
    }
  }

  @Test func `a changed workspace file is taken without starting anything anew`() throws {
    let alpha = { [bench] (weight: String) in
      bench.script(
        "alpha",
        members: "\"weight\":\(weight),\"timeouts\":{\"shutdown\":\"300ms\"}"
      )
    }
    let queue = { (steps: Int) in
      "\"queues\":[{\"name\":\"slow\",\"concurrentSteps\":\(steps)}],"
        + "\"pools\":[{\"name\":\"p\",\"units\":\(steps)}],\"limits\":{\"concurrentSteps\":\(steps)}"
    }
    try bench.withHost([alpha("1")], members: queue(1)) { host in
      try host.settled()
      let process = host.snapshot.location("alpha")?.processID
      _ = try bench.configuration(
        [alpha("2"), bench.script("beta")],
        members: queue(2) + #","server":{"port":4748}"#
      )
      let difference = try host.reloadWorkspace()
      #expect(
        difference.applied == [
          "limits.concurrentSteps: 1 -> 2", "queue \"slow\": concurrentSteps: 1 -> 2",
          "pool \"p\": units: 1 -> 2", "location \"alpha\": weight: 1.0 -> 2.0",
        ]
      )
      #expect(difference.pending == ["location \"beta\" is new", "server has changed"])
      let limits = host.inspect { $0.runs.limits }
      #expect(limits?.concurrentSteps == 2)
      #expect(limits?.queue("slow").concurrentSteps == 2)
      #expect(limits?.location("alpha")?.weight == 2)
      #expect(host.snapshot.location("alpha")?.processID == process)
      #expect(try host.reloadWorkspace().applied == [])
    }
  }

  @Test func `what takes another start is told each time, and an entry's error changes nothing`()
    throws
  {
    let alpha = bench.script("alpha", members: #""timeouts":{"shutdown":"300ms"}"#)
    try bench.withHost([alpha]) { host in
      try host.settled()
      _ = try bench.configuration([alpha, bench.script("beta")])
      for _ in 0..<2 {
        let difference = try host.reloadWorkspace()
        #expect(difference.pending == ["location \"beta\" is new"])
      }
      let entry = #"{"name":"alpha","executable":"/bin/true","weight":-1}"#
      try bench.write("workspace.json", #"{"version":1,"locations":[\#(entry)]}"#)
      let error = #expect(throws: HostError.self) { try host.reloadWorkspace() }
      #expect(error?.description.contains("\"weight\"") == true)
      #expect(host.inspect { $0.runs.limits.location("alpha")?.weight } == 1)
    }
  }

  @Test func `a location's limit is raised while its process runs, and its steps do not fail`()
    throws
  {
    let members = #""limits":{"concurrentSteps":1}"#
    let alpha = try bench.fixture("alpha", members: members)
    try bench.withHost([alpha, bench.script("beta")]) { host in
      try host.settled()
      let first = try host.launch("alpha/patient")
      try host.started("alpha/patient", of: first)
      let second = try host.launch("alpha/patient")
      #expect(held(second, in: host).first?.contains("location alpha") == true)
      try host.changeLimit(of: .location("alpha"), LimitOrder(concurrentSteps: .value(2)))
      try host.started("alpha/patient", of: second)
      #expect(host.snapshot.location("alpha")?.concurrentSteps == 2)
      for run in [first, second] {
        #expect(host.cancel(run, forced: false))
        #expect(try host.course(of: run).status == .canceled)
      }
    }
  }

  @Test func `a workspace file that cannot be used changes nothing, and says why`() throws {
    try bench.withHost([bench.script("alpha")]) { host in
      try host.settled()
      try bench.write("workspace.json", #"{"version":1,"limits":{"concurrentSteps":0}}"#)
      let error = #expect(throws: HostError.self) { try host.reloadWorkspace() }
      let file = bench.path("workspace.json")
      #expect(
        error?.description
          == "the workspace file cannot be used, so the host goes on as before:\n"
          + "\(file):1:42: \"limits.concurrentSteps\": expected a whole number from 1 to 100000, "
          + "found 0"
      )
      #expect(host.inspect { $0.runs.limits.concurrentSteps } == 16)
    }
  }

  @Test func `selected steps are stopped, and a selection of nothing says so`() throws {
    try bench.withHost([bench.script("alpha", "silent"), bench.script("beta")]) { host in
      try host.settled()
      let run = try host.launch("alpha/one")
      try host.started("alpha/one", of: run)
      let error = #expect(throws: HostError.self) { try host.cancelSteps("alpa/one") }
      #expect(error?.code == .selection)
      #expect(try host.cancelSteps("beta/*") == .init())
      #expect(try host.cancelSteps("alpha/one", forced: true) == .init(running: 1))
      let course = try host.course(of: run)
      #expect(course.status == .canceled && course.end(of: "alpha/one") == "step.canceled")
      #expect(host.recount() == [])
    }
  }
}
