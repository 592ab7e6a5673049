import Hanse
import Testing

// The code of the articles in Sources/Hanse/Hanse.docc, so that it compiles. A test compares the two.

struct Reading: Codable, Sendable {
  var hour: Int
  var temperature: Double
}

let hourly = Asset("observatory/hourly") { context in
  context.logger.info("reading", ["station": "seattle"])
  return [Reading(hour: 0, temperature: 11.5), Reading(hour: 1, temperature: 12.5)]
}
.description("One row an hour")
.group("weather")
.codeVersion("1")

let mean = Asset("observatory/mean", from: hourly) { context, hourly in
  context.addMetadata("rows", hourly.count)
  return hourly.map(\.temperature).reduce(0, +) / Double(hourly.count)
}

let plausible = Check("plausible", on: mean, blocking: true) { context, mean in
  (-60...60).contains(mean) ? .passed() : .failed("the mean is \(mean)")
}

struct Observatory: CodeLocation {
  var definitions: Definitions {
    hourly
    mean
    plausible
  }
}

let stations = External<[String]>("registry/stations")

let report = Asset("climate/report", from: mean, stations, after: ["registry/audit"]) {
  context,
  mean,
  stations in
  "\(stations.count) stations, mean \(mean)"
}

let north = Output<[Reading]>("observatory/north").description("Stations of the north")
let south = Output<[Reading]>("observatory/south")

let ingest = MultiAsset("ingest", outputs: north, south) { context in
  context.addMetadata("source", .url("https://example.org/north.csv"), to: north)
  return ([Reading(hour: 0, temperature: 3)], [Reading(hour: 0, temperature: 21)])
}
.retry(maxRetries: 3, delay: .seconds(1), backoff: .exponential, jitter: 0.2)
.timeout(.minutes(5))
.pool("warehouse", units: 2)

struct Options: Codable, Sendable, RunConfig {
  var days = 30
}

let recent = Asset("climate/recent", from: hourly) { context, hourly in
  let options = try context.config(Options.self)
  return Array(hourly.suffix(options.days * 24))
}
.config(Options.self)

let feed = Resource("feed") { environment in
  try environment.require("FEED_URL")
} close: { feed in
  print("closing \(feed)")
}

let fetched = Asset("observatory/fetched") { context in
  try await context.resource(feed)
}

struct ObservatoryTests {
  @Test func `the mean is that of the readings`() async throws {
    let readings = [Reading(hour: 0, temperature: 10), Reading(hour: 1, temperature: 14)]
    let result = try await materialize(
      Observatory(),
      selection: "observatory/mean",
      values: [.given(hourly, readings)]
    )
    try result.requireSuccess()
    #expect(try await result.value(of: mean) == 12)
    #expect(result.metadata(of: mean)["rows"] == .integer(2))
    #expect(result.check("plausible", on: mean)?.passed == true)
  }

  @Test func `the feed is asked`() async throws {
    let result = try await materialize(
      fetched,
      resources: [feed.replaced(with: "https://example.org")]
    )
    #expect(try await result.value(of: fetched) == "https://example.org")
  }

  @Test func `the definitions are good`() {
    #expect(Observatory().definitions.problems == [])
  }
}
