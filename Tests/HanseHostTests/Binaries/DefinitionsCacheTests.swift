import HanseHost
import HanseModel
import HanseSystem
import Testing

struct DefinitionsCacheTests {
  private let bench: Bench
  private let state: StateDirectory
  private let cache: DefinitionsCache

  init() throws {
    bench = try Bench()
    state = StateDirectory(path: bench.path("state"))
    cache = DefinitionsCache(in: state)
  }

  private func cached(_ name: LocationName) -> CachedDefinitions {
    CachedDefinitions(
      location: name,
      digest: "0123",
      generation: Generation(4),
      library: "1.2.0",
      servedAt: Timestamp(milliseconds: 1_700_000_000_000),
      definitions: LocationDefinitions(
        assets: [AssetDefinition(key: "k", dependencies: [Dependency("u")])],
        checks: [CheckDefinition(name: "c", asset: "k")]
      )
    )
  }

  @Test func `what was kept is read again, and a location without any is no fault`() {
    #expect(cache.keep(cached("a")) == nil)
    let (found, notes) = cache.read(["a", "b"])
    #expect(found == ["a": cached("a")])
    #expect(notes.isEmpty)
  }

  @Test(arguments: [
    ("", "the text ends in the middle of a value (byte 0)"),
    (#"{"format":1,"location":"b"#, nil),
    (#"{"format":2}"#, "it has format 2, and this host reads format 1 in format (byte 10)"),
    (#"{"location":"a"}"#, "the member \"format\" is missing (byte 16)"),
    (
      #"{"format":1,"location":"b","generation":1,"servedAt":"2026-01-01T00:00:00Z","#
        + #""definitions":{}}"#,
      "it is of location \"b\""
    ),
  ])
  func `what cannot be read is left out with a note, and the others are read`(
    text: String,
    reason: String?
  ) throws {
    #expect(cache.keep(cached("a")) == nil)
    #expect(cache.keep(cached("good")) == nil)
    try bench.write("state/definitions/a.json", text)
    let (found, notes) = cache.read(["a", "good"])
    #expect(found.keys.sorted() == ["good"])
    #expect(notes.count == 1)
    let path = bench.path("state/definitions/a.json")
    let start = "the definitions of location \"a\" kept in \(path) are ignored: "
    if let reason { #expect(notes == [start + reason]) }
  }

  @Test func `definitions over the limit are not kept, nor are those before any more`() {
    #expect(cache.keep(cached("a")) == nil)
    let small = DefinitionsCache(in: state, limitBytes: 10)
    #expect(small.keep(cached("a"))?.hasSuffix("over the limit of 10") == true)
    #expect(cache.read(["a"]).found.isEmpty)
  }
}
