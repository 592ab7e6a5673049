import FoundationEssentials
import Hanse
import HanseModel
import HanseWire
import Testing

struct AssetStepTests {
  struct Reading: Codable, Sendable, Equatable {
    var hour: Int
    var temperature: Double
  }

  static let readings = [Reading(hour: 0, temperature: 11.5), Reading(hour: 1, temperature: 12)]

  static let hourly = Asset("observatory/hourly") { context in AssetStepTests.readings }
    .codeVersion("3")

  static let stations = External<[String]>("observatory/stations")

  @Test func `what a body returns is stored and read by the next asset`() async throws {
    let daily = Asset("climate/daily", from: Self.hourly) { context, hourly in
      hourly.map(\.temperature).reduce(0, +) / Double(hourly.count)
    }
    let io = MemoryIO()
    let runtime = LocationRuntime(io: io) {
      Self.hourly
      daily
    }
    let first = await runtime.attempt("observatory/hourly")
    #expect(first.outcome == .succeeded)
    #expect(first.materializations.map(\.asset) == ["observatory/hourly"])
    #expect(first.materializations.first?.codeVersion == "3")
    let second = await runtime.attempt("climate/daily")
    #expect(second.outcome == .succeeded)
    #expect(try await io.load(Double.self, from: ValuePlace(asset: "climate/daily")) == 11.75)
  }

  @Test func `a body is given any number of upstreams in their order`() async throws {
    let a = External<Int>("a")
    let b = External<String>("b")
    let c = External<Data>("c")
    let joined = Asset("joined", from: a, b, c, after: ["d"]) { context, a, b, c in
      "\(a) \(b) \(c.count)"
    }
    let io = MemoryIO()
    _ = try await io.store(1, at: ValuePlace(asset: "a"))
    _ = try await io.store("two", at: ValuePlace(asset: "b"))
    _ = try await io.store(Data([1, 2, 3]), at: ValuePlace(asset: "c"))
    let runtime = LocationRuntime(io: io) { joined }
    let attempt = await runtime.attempt("joined")
    #expect(attempt.outcome == .succeeded)
    #expect(try await io.load(String.self, from: ValuePlace(asset: "joined")) == "1 two 3")
    #expect(
      runtime.wire.assets.first?.dependencies
        == [Dependency("a"), Dependency("b"), Dependency("c"), Dependency("d", kind: .ordering)]
    )
  }

  @Test func `an upstream that was never made says so and what to do`() async {
    let daily = Asset("climate/daily", from: Self.stations) { context, stations in stations.count }
    let attempt = await LocationRuntime { daily }.attempt("climate/daily")
    #expect(attempt.failure?.code == .input)
    #expect(
      attempt.failure?.message
        == "asset \"climate/daily\" could not read upstream \"observatory/stations\" as"
        + " [String]: it has never been materialized (looked for observatory/stations in"
        + " memory); materialize it first"
    )
  }

  @Test func `a value of another type names both assets and the place`() async throws {
    let io = MemoryIO()
    let stored = [["hour": 0, "temperature": 1], ["hour": 1]]
    _ = try await io.store(stored, at: ValuePlace(asset: "observatory/hourly"))
    let hourly = External<[Reading]>("observatory/hourly")
    let daily = Asset("climate/daily", from: hourly) { context, hourly in hourly.count }
    let attempt = await LocationRuntime(io: io) { daily }.attempt("climate/daily")
    #expect(attempt.failure?.code == .input)
    #expect(
      attempt.failure?.message
        == "asset \"climate/daily\" could not read upstream \"observatory/hourly\" as"
        + " [Reading]: the member \"temperature\" is missing at [1]"
    )
  }

  @Test func `a multi-asset makes all its outputs in one step`() async throws {
    let seattle = Output<[Int]>("observatory/seattle").description("Seattle's readings")
    let sanFrancisco = Output<String>("observatory/san_francisco")
    let ingest = MultiAsset("ingest", outputs: seattle, sanFrancisco) { context in
      context.addMetadata("rows", 2, to: seattle)
      return ([1, 2], "warm")
    }
    let io = MemoryIO()
    let runtime = LocationRuntime(io: io) { ingest }
    let attempt = await runtime.attempt("observatory/seattle", "observatory/san_francisco")
    #expect(attempt.outcome == .succeeded)
    #expect(
      attempt.materializations.map(\.asset) == ["observatory/seattle", "observatory/san_francisco"]
    )
    #expect(attempt.materializations.map { $0.metadata["rows"] } == [.integer(2), nil])
    let place = ValuePlace(asset: "observatory/san_francisco")
    #expect(try await io.load(String.self, from: place) == "warm")
    #expect(runtime.wire.assets.map(\.operation) == ["ingest", "ingest"])
    #expect(runtime.wire.assets.first?.description == "Seattle's readings")
  }

  @Test func `a body that returns nothing still counts as materialized`() async {
    let table = Asset("warehouse/orders") { context in
      context.addMetadata("rows", 12)
      context.dataVersion("v7")
    }
    let attempt = await LocationRuntime { table }.attempt("warehouse/orders")
    #expect(
      attempt.materializations == [
        Materialization(
          asset: "warehouse/orders",
          metadata: ["rows": .integer(12)],
          dataVersion: "v7"
        )
      ]
    )
  }

  @Test func `a thrown error fails the step with its words and its type`() async {
    struct Unreachable: Error, CustomStringConvertible {
      var description: String { "the feed does not answer" }
    }
    let asset = Asset("a") { context in throw Unreachable() }
    let attempt = await LocationRuntime { asset }.attempt("a")
    #expect(
      attempt.failure
        == StepFailure(.failed, message: "the feed does not answer", errorType: "Unreachable")
    )
    #expect(attempt.events == [])
  }

  @Test func `a blocking check that fails stops what is downstream`() async throws {
    let runtime = LocationRuntime {
      Self.hourly
      Check("no_gaps", on: Self.hourly, blocking: true) { context, hourly in
        .failed("3 gaps", metadata: ["gaps": 3])
      }
      Check("plausible", on: Self.hourly, severity: .warning) { context in
        .passed()
      }
    }
    _ = await runtime.attempt("observatory/hourly")
    let attempt = await runtime.attempt("observatory/hourly", check: "no_gaps")
    #expect(attempt.checks.map(\.description) == ["3 gaps"])
    #expect(attempt.checks.map(\.metadata) == [["gaps": .integer(3)]])
    #expect(
      attempt.failure
        == StepFailure(
          .checkFailed,
          message: "check \"no_gaps\" of asset \"observatory/hourly\" failed: 3 gaps",
          isRetryable: false
        )
    )
    let other = await runtime.attempt("observatory/hourly", check: "plausible")
    #expect(other.outcome == .succeeded)
    #expect(other.checks.map(\.passed) == [true])
  }
}
