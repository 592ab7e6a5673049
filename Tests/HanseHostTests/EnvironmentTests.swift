import HanseCore
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// What a location's environment needs and this machine does not have.
@Suite(.timeLimit(.minutes(10))) struct EnvironmentTests {
  private func entry(_ bench: Bench, _ value: String) throws -> String {
    let program = try Bench.program("FixtureLocation")
    return #"{"name":"odd","executable":"\#(program)","restart":{"initialDelay":"1ms"},"#
      + #""environment":{"FIXTURE_NAME":"odd","TOKEN":\#(value)}}"#
  }

  /// What is known of the location `odd`, which cannot be started.
  private func expectFault(_ host: Host, _ reason: String) throws {
    let settled = try host.settled()
    let status = try #require(settled.location("odd"))
    #expect(status.state == .quarantined)
    #expect(status.reason == reason)
    #expect(status.failures == 1 && status.nextTryAt != nil)
    let fault = host.inspect { $0.locations["odd"]?.machine.fault }
    #expect(fault == .environment)
    let told = settled.diagnostics.filter { $0.location == "odd" }
    #expect(told.map(\.code) == [.locationFailed])
    #expect(told.map(\.message) == ["location \"odd\": \(reason) [LOC-ENVIRONMENT]"])
    let events = try host.makeReader().events(after: 0, limit: .max).map(\.record)
      .filter { $0.location == "odd" }
    #expect(events.map(\.payload) == [.locationFailed(message: reason, code: "LOC-ENVIRONMENT")])
    #expect(settled.location("beta")?.state == .running)
    #expect(try host.run("beta/left").status == .succeeded)
    // Had it been tried again after its first delay of 1 ms, this would be another generation.
    #expect(host.snapshot.location("odd")?.generation == Generation(1))
  }

  @Test func `a variable that the host does not have keeps its location away, and says which`()
    throws
  {
    let bench = try Bench()
    let odd = try entry(bench, #"{"fromEnvironment":"HOST_TESTS_TOKEN"}"#)
    try bench.withHost([odd, try bench.fixture("beta")]) { host in
      try expectFault(
        host,
        "cannot be started: workspace.json:2:\(try column(of: "\"TOKEN\"", in: odd)): "
          + "\"environment.TOKEN\": the variable \"HOST_TESTS_TOKEN\" is not set in the environment "
          + "of the host; set it and start the host again"
      )
    }
    bench.inherited["HOST_TESTS_TOKEN"] = "x"
    try bench.withHost([odd, try bench.fixture("beta")]) { host in
      let settled = try host.settled()
      #expect(settled.location("odd")?.state == .running)
      #expect(try host.run("odd/left").status == .succeeded)
    }
  }

  @Test func `a secret file that is missing keeps its location away until it is there`() throws {
    let bench = try Bench()
    let secret = bench.path("token")
    let odd = try entry(bench, #"{"fromFile":"\#(secret)"}"#)
    try bench.withHost([odd, try bench.fixture("beta")]) { host in
      try expectFault(
        host,
        "cannot be started: workspace.json:2:\(try column(of: "\"TOKEN\"", in: odd)): "
          + "\"environment.TOKEN\": the secret file \"\(secret)\" does not exist; "
          + "write the value into it"
      )
      try bench.write("token", "hidden\n")
      host.restart("odd")
      try host.awaits("the location") {
        $0.location("odd")?.state == .running && $0.has("odd/left")
      }
      #expect(host.snapshot.location("odd")?.reason == nil)
      #expect(try host.run("odd/left").status == .succeeded)
    }
  }

  private func column(of text: String, in line: String) throws -> Int {
    let range = try #require(line.firstRange(of: text))
    return line.distance(from: line.startIndex, to: range.lowerBound) + 1
  }
}
