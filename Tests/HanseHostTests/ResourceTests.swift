import HanseCore
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// What a location's resources come to when a host ends it.
@Suite(.timeLimit(.minutes(10))) struct ResourceTests {
  /// What the resources of `alpha` said, by the generation of the process.
  private func said(_ host: Host) throws -> [String] {
    let bytes = try Files.read(host.state.computeLog(of: "alpha"), limitBytes: 1 << 20)
    let words = ["opened ", "closed ", "let go "]
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let text = line.drop { $0 != "g" }
      return words.contains { text.contains("| \($0)") } ? String(text) : nil
    }
  }

  @Test func `a host that restarts and stops a location lets it close its resources`() throws {
    let bench = try Bench()
    bench.shutdown = .seconds(20)
    let locations = [try bench.fixture("alpha", "resources"), try bench.fixture("beta")]
    let host = try bench.withHost(locations) { host in
      try host.settled()
      #expect(try host.run("alpha/opens").status == .succeeded)
      host.restart("alpha")
      try host.awaits("the second process") {
        $0.location("alpha")?.state == .running && $0.location("alpha")?.generation == Generation(2)
      }
      let run = try host.launch("alpha/holds")
      try host.event("word of the body") { $0.run == run && $0.payload.kind == "step.logged" }
      return host
    }
    #expect(
      try said(host) == [
        "g1 | opened second", "g1 | opened first", "g1 | closed first", "g1 | closed second",
        "g2 | opened first", "g2 | let go of first", "g2 | closed first",
      ]
    )
  }
}
