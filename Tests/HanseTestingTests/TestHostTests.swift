import HanseModel
import HanseTesting
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct TestHostTests {
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

  @Test func `a selection that names nothing is an error`() async throws {
    let host = try await TestHost([try .chaotic("sound")])
    try await host.wait(until: "sound", is: .running)
    await #expect(throws: (any Error).self) { try await host.materialize("nobody/nothing") }
    try await host.stop()
  }
}
