import HanseModel
import HanseWorkspace
import Testing

@Suite struct WorkspaceValuesTests {
  @Test func `a file with every member gives every value`() throws {
    let load = Samples.load(Samples.full)
    #expect(load.problems.isEmpty)
    #expect(load.disabledLocations.isEmpty)
    let workspace = try #require(load.workspace)
    #expect(workspace.name == "weather")
    #expect(workspace.file == "/srv/weather/workspace.json")
    #expect(workspace.queues.map(\.name) == ["default", "backfills"])
    #expect(workspace.queue("default")?.concurrentSteps == 8)
    let backfills = try #require(workspace.queue("backfills"))
    #expect(backfills.weight == 0.25)
    #expect(backfills.rate == RateLimit(starts: 10, per: .seconds(1), burst: 10))
    #expect(workspace.pool("warehouse")?.units == 5)
    #expect(workspace.limits.concurrentSteps == 16)
    #expect(workspace.limits.concurrentRuns == 100)
    #expect(
      workspace.tagLimits == [TagLimitEntry(tag: "customer", perValue: true, limit: 2)]
    )
    #expect(workspace.locations.first?.limits.waitingSteps == 5000)
    #expect(workspace.storage.path == "/srv/weather/.hanse")
    #expect(workspace.server.host == "127.0.0.1")
    #expect(workspace.server.port == 4747)
    #expect(workspace.portPosition == SourcePosition(line: 44, column: 44))
    #expect(workspace.io == IOEntry(path: "/srv/weather/.hanse/storage"))
  }

  @Test func `the entry of a location gives every value`() throws {
    let workspace = try #require(Samples.load(Samples.full).workspace)
    let entry = try #require(workspace.location("observatory"))
    #expect(
      entry.executable == "/srv/weather/locations/observatory/.build/release/observatory"
    )
    #expect(entry.workingDirectory == "/srv/weather/locations/observatory")
    #expect(entry.environment.map(\.name) == ["DATA_DIR", "API_TOKEN", "DB_PASSWORD"])
    #expect(
      entry.environment.map(\.value) == [
        .literal("Data"), .fromEnvironment("OBSERVATORY_TOKEN"),
        .fromFile("/run/secrets/observatory-db"),
      ]
    )
    #expect(entry.labels == ["team": "ingest", "tier": "gold"])
    #expect(entry.owns == ["observatory/*"])
    #expect(entry.limits.concurrentSteps == 4)
    #expect(entry.limits.rate == RateLimit(starts: 20, per: .seconds(1), burst: 20))
    #expect(entry.limits.memoryBytes == 1_073_741_824)
    #expect(entry.limits.openFiles == 1024)
    #expect(entry.limits.processes == 64)
    #expect(entry.timeouts == LocationTimeouts())
    #expect(entry.restart == RestartPolicy())
    #expect(entry.sha256 == nil)
    #expect(entry.io == nil)
    #expect(entry.position == SourcePosition(line: 7, column: 5))
  }

  @Test func `what is left out has its default`() throws {
    let text = #"{"version":1,"locations":[{"name":"ml","executable":"bin/ml"}]}"#
    let load = Samples.load(text)
    #expect(load.problems.isEmpty)
    let workspace = try #require(load.workspace)
    #expect(workspace.name == "weather")
    #expect(workspace.queues == [QueueEntry(name: "default")])
    #expect(workspace.pools.isEmpty && workspace.tagLimits.isEmpty)
    #expect(workspace.limits == WorkspaceLimits())
    let entry = try #require(workspace.location("ml"))
    #expect(entry.workingDirectory == "/srv/weather")
    #expect(entry.enabled)
    #expect(entry.watch)
    #expect(entry.isolation == .location)
    #expect(entry.queue == "default")
    #expect(entry.weight == 1)
    #expect(entry.limits.concurrentSteps == 32)
    #expect(entry.timeouts.handshake == .seconds(10))
    #expect(entry.timeouts.step == .seconds(3600))
    #expect(entry.restart.maxCrashes == 5)
  }

  @Test func `null lifts a limit`() throws {
    let text = Samples.location(
      #""timeouts": { "step": null }, "limits": { "rate": null, "memory": null }"#
    )
    let load = Samples.load(text)
    #expect(load.problems.isEmpty)
    let entry = try #require(load.workspace?.locations.first)
    #expect(entry.timeouts.step == nil)
    #expect(entry.limits.memoryBytes == nil)
  }

  @Test func `a bare name is kept for the search in PATH`() throws {
    let text = """
      { "version": 1, "locations": [
        { "name": "py", "executable": "python3", "executableFromPath": true },
        { "name": "local", "executable": "python3" } ] }
      """
    let workspace = try #require(Samples.load(text).workspace)
    #expect(workspace.location("py")?.executable == "python3")
    #expect(workspace.location("local")?.executable == "/srv/weather/python3")
  }

  @Test func `an I/O manager of the location's own keeps its settings`() throws {
    let text = Samples.location(#""io": { "kind": "postgres", "schema": "ml", "pool": [1, 2.5] }"#)
    let load = Samples.load(text)
    #expect(load.problems.isEmpty)
    let io = try #require(load.workspace?.locations.first?.io)
    #expect(io.kind == "postgres")
    #expect(io.path == nil)
    #expect(io.settings.text == #"{"schema":"ml","pool":[1,2.5]}"#)
  }

  @Test func `values in files lie where the workspace says`() throws {
    let text = """
      { "version": 1, "storage": { "path": "/var/hanse" },
        "locations": [
          { "name": "a", "executable": "a", "io": { "path": "a-values" } },
          { "name": "b", "executable": "b", "io": { "kind": "filesystem" } } ] }
      """
    let workspace = try #require(Samples.load(text).workspace)
    #expect(workspace.io.path == "/var/hanse/storage")
    #expect(workspace.location("a")?.io?.path == "/srv/weather/a-values")
    #expect(workspace.location("b")?.io?.path == "/var/hanse/storage")
  }

  @Test func `an entry that only moved is the same entry`() throws {
    let moved = Samples.full.replacing("\"locations\"", with: "\n\n  \"locations\"")
    let before = try #require(Samples.load(Samples.full).workspace?.locations.first)
    let after = try #require(Samples.load(moved).workspace?.locations.first)
    #expect(before != after)
    #expect(before.ignoringPosition == after.ignoringPosition)
  }

  @Test(arguments: [
    ("1ms", 1), ("250ms", 250), ("10s", 10_000), ("3m", 180_000), ("1h", 3_600_000),
    ("90s", 90_000), ("999999999ms", 999_999_999),
  ])
  func `a duration is a number with a unit`(text: String, milliseconds: Int64) {
    #expect(DurationText.parse(text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "10", "s", "0s", "010s", "1.5s", "-1s", "10 s", "10S", "10sec", " 10s", "1h30m",
    "9999999999s", "١s",
  ])
  func `anything else is no duration`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [
    ("512B", 512), ("10MB", 10_000_000), ("64MiB", 67_108_864), ("1GiB", 1_073_741_824),
    ("1KB", 1000), ("1KiB", 1024), ("2TB", 2_000_000_000_000), ("1TiB", 1_099_511_627_776),
  ])
  func `a size is a number with a unit`(text: String, bytes: Int64) {
    #expect(SizeText.parse(text) == bytes)
    #expect(SizeText.parse(SizeText.text(bytes)) == bytes)
  }

  @Test(arguments: ["", "64", "64mib", "0B", "1.5GiB", "999999999TiB", "1 GiB", "GiB"])
  func `anything else is no size`(text: String) {
    #expect(SizeText.parse(text) == nil)
  }
}
