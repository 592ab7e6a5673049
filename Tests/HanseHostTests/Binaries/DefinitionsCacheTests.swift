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

  private func cached(
    _ name: LocationName,
    generation: Int = 4,
    digest: BinaryDigest? = "0123"
  ) -> CachedDefinitions {
    CachedDefinitions(
      location: name,
      digest: digest,
      generation: Generation(generation),
      library: "1.2.0",
      servedAt: Timestamp(milliseconds: 1_700_000_000_000),
      definitions: LocationDefinitions(
        assets: [AssetDefinition(key: "k", dependencies: [Dependency("u")])],
        checks: [CheckDefinition(name: "c", asset: "k")]
      ),
      definitionsDigest: "d"
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
    try bench.write("state/definitions/a/4-0123.json", text)
    let (found, notes) = cache.read(["a", "good"])
    #expect(found.keys.sorted() == ["good"])
    #expect(notes.count == 1)
    let path = bench.path("state/definitions/a/4-0123.json")
    let start = "the definitions of location \"a\" kept in \(path) are ignored: "
    if let reason { #expect(notes == [start + reason]) }
  }

  @Test func `definitions over the limit are not kept, nor are those before any more`() {
    #expect(cache.keep(cached("a")) == nil)
    let small = DefinitionsCache(in: state, limitBytes: 10)
    #expect(
      small.keep(cached("a"))?.replacing(/\d+ bytes/, with: "N bytes")
        == "the definitions of location \"a\" are not kept on disk: they have N bytes, over the limit "
        + "of 10"
    )
    #expect(cache.read(["a"]).found.isEmpty)
  }

  @Test func `the definitions of some binaries are kept, each once, and the oldest go`() {
    let cache = DefinitionsCache(in: state, keptCount: 3)
    for (generation, digest) in [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "d"), (6, "c")] {
      let digest = BinaryDigest(digest)
      #expect(cache.keep(cached("a", generation: generation, digest: digest)) == nil)
    }
    let entries = cache.entries(of: "a")
    #expect(entries.map(\.generation.number) == [3, 5, 6])
    #expect(entries.map(\.digest) == ["a", "d", "c"])
    #expect(cache.read(["a"]).found["a"]?.generation == Generation(6))
    #expect(cache.read(entries[0], of: "a") == .success(cached("a", generation: 3, digest: "a")))
  }

  @Test func `when the last ones cannot be read, those before are`() throws {
    for generation in 1...2 {
      let digest = BinaryDigest("\(generation)")
      #expect(cache.keep(cached("a", generation: generation, digest: digest)) == nil)
    }
    try bench.write("state/definitions/a/2-2.json", "{")
    let (found, notes) = cache.read(["a"])
    #expect(found["a"]?.generation == Generation(1))
    let path = bench.path("state/definitions/a/2-2.json")
    #expect(
      notes == [
        "the definitions of location \"a\" kept in \(path) are ignored: the text ends in the middle of "
          + "a value (byte 1)"
      ]
    )
  }

  @Test func `definitions that cannot be written are told with why`() throws {
    try bench.write("state", "a file")
    #expect(
      cache.keep(cached("a"))
        == "the definitions of location \"a\" are not kept on disk: make directory "
        + "\"\(bench.path("state/definitions/a"))\": Not a directory (ENOTDIR)"
    )
  }
}
