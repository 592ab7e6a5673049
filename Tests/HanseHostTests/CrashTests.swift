import HanseHost
import HanseModel
import Testing

@Suite(.timeLimit(.minutes(10))) struct CrashTests {
  @Test
  func `of two steps in a process that dies the one that did it fails, and the other runs on`()
    throws
  {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha"), try bench.fixture("beta")]) { host in
      let beta = try #require(try host.settled().location("beta")?.processID)
      let neighbour = try host.launch("beta/patient")
      try host.started("beta/patient", of: neighbour)
      let bystander = try host.launch("alpha/patient")
      try host.started("alpha/patient", of: bystander)

      let culprit = try host.run("alpha/crash")
      #expect(culprit.status == .failed)
      let failures = culprit.failures(of: "alpha/crash")
      #expect(failures.map(\.code) == [.interrupted, .lost])
      #expect(failures.map(\.crash) == [.suspected, .proven])

      let course = try host.course(of: bystander)
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/patient").map(\.code) == [.interrupted])
      #expect(course.failures(of: "alpha/patient").map(\.crash) == [.suspected])
      #expect(course.events.contains { $0.record.payload == .stepCleared(because: "alpha/crash") })
      #expect(course.count("step.started", of: "alpha/patient") == 2)

      #expect(host.snapshot.location("beta")?.processID == beta)
      #expect(host.live(neighbour)?.attempts.map(\.attempt) == [1])
      #expect(host.cancel(neighbour, forced: false))
      #expect(try host.course(of: neighbour).status == .canceled)
    }
  }
}
