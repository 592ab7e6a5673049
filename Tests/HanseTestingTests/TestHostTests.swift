import HanseModel
import HanseSystem
import HanseTesting
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct TestHostTests {
  @Test func `a sound location works beside one that crashes, and the crash costs one attempt`()
    async throws
  {
    let host = try await TestHost([
      try .chaotic("sound"), try .chaotic("chaotic", fault: "crash-in-step"),
    ])
    try await host.wait(until: "sound", is: .running)
    try await host.wait(until: "chaotic", is: .running)
    try await host.wait(forEvent: "both have loaded") {
      $0.location == "chaotic" && $0.payload.kind == "location.loaded"
    }
    let lost = try await host.materialize("chaotic/faulty")
    #expect(lost.status == .succeeded)
    #expect(lost.failures.map(\.code) == [.lost])
    let run = try await host.materialize("sound/next or sound/steady")
    #expect(run.status == .succeeded && run.failures.isEmpty)
    #expect(host.generation(of: "sound") == Generation(1))
    try await host.wait(until: "chaotic", is: .running)
    #expect(host.generation(of: "chaotic") == Generation(2))
    try await host.stop()
  }

  @Test func `a selection that names nothing is an error, and a test that throws stops its host`()
    async throws
  {
    let directory = Monitor<String?>(nil)
    let error = await #expect(throws: (any Error).self) {
      try await TestHost.run([try .chaotic("sound")]) { host in
        directory.withLock { $0 = host.directory }
        try await host.wait(until: "sound", is: .running)
        _ = try await host.materialize("nobody/nothing")
      }
    }
    let found = try #require(error)
    #expect("\(found)".contains("nobody/nothing"))
    let left = try #require(directory.withLock { $0 })
    #expect(!Files.exists(left))
  }

  @Test func `a host that does not start leaves no directory behind`() async throws {
    let folder = try TemporaryFolder()
    let directory = try folder.make("host")
    let twice = try TestLocation.chaotic("same")
    await #expect(throws: (any Error).self) {
      try await TestHost([twice, twice], directory: directory)
    }
    #expect(!Files.exists(directory))
  }

  @Test func `what a test returns comes out of its host`() async throws {
    let state = try await TestHost.run([try .chaotic("sound")]) { host in
      try await host.wait(until: "sound", is: .running)
      return host.state(of: "sound")
    }
    #expect(state == .running)
  }
}
