import HanseHost
import HanseModel
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct ForeignLocationTests {
  /// The location in Python, which was written from the protocol's documentation alone.
  static var python: String {
    let root = Paths.normalized(Paths.join(Paths.directory(of: #filePath), "../.."))
    return Paths.join(root, "Tests/PythonLocation/location.py")
  }

  static func entry(_ bench: Bench) -> String {
    bench.entry(
      "python",
      "python3",
      #""executableFromPath":true,"arguments":["\#(python)"],"#
    )
  }

  @Test func `a location in Python takes part in one run between two Swift ones`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("observatory"), Self.entry(bench), try bench.fixture("healthy"),
    ]
    try bench.withHost(locations) { host in
      try host.settled()
      let course = try host.run("+observatory/from_python or healthy/ok")
      // The run fails only for the check of `healthy/ok` that fails on purpose.
      for step in [
        "observatory/numbers", "python/readings", "python/summary", "python/summary:in_range",
        "observatory/from_python", "healthy/ok",
      ] {
        #expect(course.end(of: step) == "step.succeeded", "\(step): \(course.failures(of: step))")
      }
      let order = try ["observatory/numbers", "python/summary", "observatory/from_python"].map {
        try #require(course.place("step.succeeded", of: $0))
      }
      #expect(order == order.sorted())
      let said = course.events.compactMap { event -> String? in
        guard event.record.step == "observatory/from_python",
          case .logged(let record) = event.record.payload
        else { return nil }
        return record.message
      }
      // 12.5, 13 and 11.5 of Python, 1, 2 and 3.5 of Swift.
      #expect(said == ["6 numbers with a mean of 7.25"])
      #expect(host.snapshot.location("python")?.library == "python-location 1.0")
    }
  }

  @Test func `a location in Python that is killed is started again, and its neighbours go on`()
    throws
  {
    let bench = try Bench()
    try bench.withHost([Self.entry(bench), try bench.fixture("healthy")]) { host in
      let before = try host.settled()
      let status = try #require(before.location("python"))
      let neighbour = try #require(before.location("healthy"))
      let pid = try #require(status.processID)
      try bench.kill(pid)
      let after = try host.awaits("a new generation of python") {
        guard let now = $0.location("python") else { return false }
        return now.state == .running && now.generation > status.generation
      }
      #expect(after.location("healthy")?.generation == neighbour.generation)
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct SecretFileTests {
  @Test func `a secret that is a device keeps nobody waiting`() throws {
    let bench = try Bench()
    let secret = #""environment":{"TOKEN":{"fromFile":"/dev/tty"}}"#
    let odd =
      #"{"name":"odd","executable":"/bin/sh",\#(secret),"restart":{"initialDelay":"20ms"}}"#
    try bench.withHost([odd, try bench.fixture("healthy")]) { host in
      let snapshot = try host.settled()
      #expect(snapshot.location("healthy")?.state == .running)
      let reason = snapshot.location("odd")?.reason ?? ""
      let place = "cannot be started: workspace.json:2:53: \"environment.TOKEN\": "
      #expect(reason == place + "the secret file \"/dev/tty\" is not a plain file")
    }
  }
}
