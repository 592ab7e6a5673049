import HanseModel
import HanseSystem
import Testing

@testable import HanseHost

@Suite(.timeLimit(.minutes(10))) struct GenerationStoreTests {
  private let bench: Bench
  private let state: StateDirectory
  private let cache: DefinitionsCache
  private let unwritten = UnwrittenDefinitions()

  init() throws {
    bench = try Bench()
    state = StateDirectory(path: bench.path("state"))
    cache = DefinitionsCache(in: state)
  }

  /// A program that can be copied, with definitions.
  private func served(_ name: LocationName) throws -> GenerationStore.Served {
    let path = "/bin/true"
    return GenerationStore.Served(
      definitions: CachedDefinitions(
        location: name,
        digest: try FileDigest.read(path).digest,
        generation: Generation(1),
        library: "1.2.0",
        servedAt: Timestamp(milliseconds: 1),
        definitions: LocationDefinitions(assets: [AssetDefinition(key: "k")]),
        definitionsDigest: "d"
      ),
      path: path
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
    let both = Promise<Void>()
    let cache = cache
    try withStore { news in
      guard case .kept = news else { return }
      let count = cache.entries(of: "a").count + cache.entries(of: "b").count
      let copies = written.withLock {
        $0.append(count)
        return $0.count
      }
      if copies == 2 { both.fulfil(()) }
    } _: { store, goOn in
      store.keep(try served("a"))
      store.keep(try served("b"))
      goOn()
      unwritten.waitUntilNone(of: "b")
      #expect(cache.entries(of: "b").map(\.generation.number) == [1])
      both.wait()
    }
    #expect(written.withLock(\.self) == [2, 2])
  }

  @Test func `who asks what a location has defined waits until it is written`() throws {
    try withStore { store, goOn in
      store.keep(try served("a"))
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
