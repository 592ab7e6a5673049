import HanseModel
import HanseSystem
import Testing

@testable import HanseHost

struct GenerationStoreTests {
  private let bench: Bench
  private let state: StateDirectory
  private let cache: DefinitionsCache
  private let unwritten = UnwrittenDefinitions()

  init() throws {
    bench = try Bench()
    state = StateDirectory(path: bench.path("state"))
    cache = DefinitionsCache(in: state)
  }

  private func served(_ name: LocationName, _ text: String) throws -> GenerationStore.Served {
    try bench.write("program-\(name)", text)
    return GenerationStore.Served(
      definitions: CachedDefinitions(
        location: name,
        digest: BinaryDigest(SHA256.hash(Array(text.utf8)).hexadecimal),
        generation: Generation(1),
        library: "1.2.0",
        servedAt: Timestamp(milliseconds: 1),
        definitions: LocationDefinitions(assets: [AssetDefinition(key: "k")]),
        definitionsDigest: "d"
      ),
      path: bench.path("program-\(name)")
    )
  }

  /// A store whose thread stands still until it is let go on.
  private func withStore(
    report: @escaping @Sendable (GenerationStore.News) -> Void = { _ in },
    _ body: (GenerationStore, _ goOn: () -> Void) throws -> Void
  ) throws {
    let (arrived, gate) = (Promise<Void>(), Promise<Void>())
    let store = try GenerationStore(in: state, unwritten: unwritten, report: report) {
      Issue.record("\($0): \($1)")
    }
    store.find("none", of: "a") { _ in
      arrived.fulfil(())
      gate.wait()
    }
    arrived.wait()
    try body(store) { gate.fulfil(()) }
    store.close()
  }

  @Test func `what all have defined is written before the first binary is copied`() throws {
    let written = Monitor<[Int]>([])
    let cache = cache
    try withStore { news in
      guard case .kept = news else { return }
      written.update { $0.append(cache.entries(of: "a").count + cache.entries(of: "b").count) }
    } _: { store, goOn in
      store.keep(try served("a", "one"))
      store.keep(try served("b", "two"))
      goOn()
      unwritten.waitUntilNone(of: "b")
      #expect(cache.entries(of: "b").map(\.generation.number) == [1])
      let limit = MonotonicClock.milliseconds() + 60_000
      #expect(written.wait(untilMilliseconds: limit) { $0.count == 2 })
    }
    #expect(written.withLock(\.self) == [2, 2])
  }

  @Test func `who asks what a location has defined waits until it is written`() throws {
    try withStore { store, goOn in
      store.keep(try served("a", "one"))
      let found = Promise<Int>()
      let asks = Promise<Void>()
      let (unwritten, cache) = (unwritten, cache)
      let asker = try OSThread.start(name: "asker") {
        asks.fulfil(())
        unwritten.waitUntilNone(of: "a")
        found.fulfil(cache.entries(of: "a").count)
      }
      asks.wait()
      // Nobody waits for what another location has defined.
      unwritten.waitUntilNone(of: "b")
      #expect(cache.entries(of: "a").isEmpty)
      goOn()
      #expect(found.wait() == 1)
      asker.join()
    }
  }
}
