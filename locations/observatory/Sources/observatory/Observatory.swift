import Hanse

/// The team that takes in what the stations send: one asset of hourly readings for each.
@main struct Observatory: CodeLocation {
  /// The folder with the stations' files; made once, replaceable in tests.
  static let archive = Resource("archive") { environment in
    Archive(folder: try environment.require("DATA_DIR"))
  }

  var definitions: Definitions {
    Self.archive

    Asset("observatory/stations") { context in
      context.addMetadata("rows", Station.all.count)
      return Station.all
    }
    .description("The stations whose readings are taken in")
    .group("observatory")
    .owners("team:ingest")
    .kinds("table")

    for station in Station.all {
      hourly(of: station)
      Check("enough_readings", on: External<[Reading]>(station.asset), blocking: true) {
        _,
        readings in
        // A year has 8,760 hours; a feed that lost more than a week is not fit to be used.
        readings.count >= 8_592
          ? .passed(metadata: ["readings": .integer(readings.count)])
          : .failed("only \(readings.count) readings of 8,760 hours")
      }
      .description("A feed that lost more than a week stops what is made from it")
    }
  }

  private func hourly(of station: Station) -> Asset<[Reading]> {
    Asset(station.asset) { context in
      let options = try context.config(IngestOptions.self)
      let text = try await context.resource(Self.archive).read(station.file)
      let feed = try HourlyFeed(text, file: station.file, plausible: options.range)
      for hour in feed.missingHours {
        context.logger.warning(
          "an hour is missing",
          ["station": station.id, "hour": hour]
        )
      }
      context.addMetadata("rows", feed.readings.count)
      context.addMetadata("missing hours", .json(.array(feed.missingHours.map { .string($0) })))
      context.addMetadata("source", .path(station.file))
      context.addMetadata("first rows", .table(feed.preview))
      return feed.readings
    }
    .description("Hourly temperatures of \(station.name), in degrees Celsius, local time")
    .group("observatory")
    .owners("team:ingest")
    .kinds("csv")
    .tag("station", station.id)
    .metadata("publisher", .text("NOAA"))
    .codeVersion("1")
    .config(IngestOptions.self)
    .retry(maxRetries: 2, delay: .milliseconds(200), backoff: .exponential, jitter: 0.2)
    .timeout(.minutes(1))
  }
}

/// What is still taken for a temperature, in degrees Celsius.
struct IngestOptions: RunConfig, Codable, Sendable {
  var lowest = -60.0
  var highest = 60.0

  var range: ClosedRange<Double> { min(lowest, highest)...max(lowest, highest) }
}
