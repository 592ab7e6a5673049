import HanseAPI
import HanseHost
import HanseModel
import Testing

@testable import HanseCLI

@Suite struct LocationPageTests {
  private static let noon = Timestamp(milliseconds: 1_711_843_200_000)

  private func isolated() -> LocationDocument {
    var location = LocationDocument(name: "ingest", state: .running)
    location.generation = Generation(3)
    location.isIsolated = true
    location.requiredDigest = BinaryDigest(String(repeating: "0a", count: 32))
    location.workers = [
      .init(
        run: "3kq",
        generation: Generation(3),
        state: .running,
        processID: 4711,
        since: Self.noon
      ),
      .init(
        run: "9zx",
        step: "ingest/raw",
        generation: Generation(2),
        state: .starting,
        since: Self.noon
      ),
    ]
    location.workerTrouble = .init(
      reason: "exit status 3 before the handshake",
      code: "LOC-EXIT-EARLY",
      failures: 2,
      nextTryAt: Self.noon
    )
    return location
  }

  @Test func `the workers of isolated runs are shown, with run, process and since when`() {
    let clock = TimeText.clock(Self.noon)
    let lines = LocationPage.lines(isolated(), Paint(isEnabled: false))
    let expected = [
      "  sha256      \(String(repeating: "0a", count: 32)); no other binary is run",
      "  isolation   run: each run has a worker process of its own",
      "  workers     do not start: exit status 3 before the handshake [LOC-EXIT-EARLY]; failed 2 times;"
        + " next try at \(clock)",
      "  worker      run 3kq: process 4711 since \(clock), generation 3",
      "  worker      run 9zx, step ingest/raw alone: no process yet since \(clock), generation 2,"
        + " starting",
    ]
    #expect(lines.filter(expected.contains) == expected, "\(lines.joined(separator: "\n"))")
  }

  @Test func `the document of a location says the same`() throws {
    let document = isolated()
    let text = JSONWriter.text(document)
    #expect(try LocationDocument.decode(text) == document)
    #expect(text.contains(#""isolation":"run""#) && text.contains(#""processID":4711"#))
    let plain = LocationDocument(name: "plain", state: .running)
    #expect(JSONWriter.text(plain).contains(#""isolation":"location""#))
    #expect(try LocationDocument.decode(JSONWriter.text(plain)) == plain)
  }
}
