import Hanse

/// The team that makes tables of the observatory's readings.
@main struct Climate: CodeLocation {
  static let seattle = External<[Reading]>("observatory/seattle")
  static let sanFrancisco = External<[Reading]>("observatory/san_francisco")

  static let daily = Asset("climate/daily", from: seattle, sanFrancisco) {
    context,
    seattle,
    sanFrancisco in
    let days =
      DailySummary.summarize(seattle, station: "seattle")
      + DailySummary.summarize(sanFrancisco, station: "san_francisco")
    context.addMetadata("rows", days.count)
    return days
  }
  .description("One row for each station and day: hours, mean, lowest, highest")
  .group("climate")
  .owners("team:climate")
  .kinds("table")
  .codeVersion("1")

  static let monthly = Asset("climate/monthly", from: daily) { context, daily in
    let months = MonthlySummary.summarize(daily)
    context.addMetadata("rows", months.count)
    context.addMetadata("months", .table(MonthlySummary.table(months)))
    return months
  }
  .description("One row for each station and month")
  .group("climate")
  .owners("team:climate")
  .kinds("table")
  .codeVersion("1")

  static let degreeDays = Asset("climate/degree_days", from: daily) { context, daily in
    let options = try context.config(DegreeDayOptions.self)
    let months = DegreeDays.sum(daily, base: options.baseCelsius)
    context.addMetadata("rows", months.count)
    context.addMetadata("base", .text("\(options.baseCelsius) °C"))
    return months
  }
  .description("Heating and cooling degree days for each station and month")
  .group("climate")
  .owners("team:climate")
  .kinds("table")
  .codeVersion("1")
  .config(DegreeDayOptions.self)

  static let comparison = Asset("climate/comparison", from: daily, monthly) {
    context,
    daily,
    monthly in
    let comparison = Comparison(daily, monthly, of: "seattle", with: "san_francisco")
    context.addMetadata("rows", comparison.days.count)
    context.addMetadata("summary", .markdown(comparison.markdown))
    return comparison
  }
  .description("How much colder or warmer Seattle was than San Francisco, day by day")
  .group("climate")
  .owners("team:climate")
  .kinds("table")
  .codeVersion("1")

  var definitions: Definitions {
    Self.daily
    Self.monthly
    Self.degreeDays
    Self.comparison

    Check("no_gaps", on: Self.daily, severity: .error, blocking: true) { _, daily in
      Checks.noGaps(daily)
    }
    .description("Every day has 24 hours, but the one on which daylight saving time began")

    Check("plausible_range", on: Self.daily, severity: .error) { _, daily in
      Checks.plausibleRange(daily)
    }
    .description("No day was colder than -20 °C or warmer than 45 °C")

    Check("twelve_months", on: Self.monthly, severity: .warning) { _, monthly in
      let counts = Dictionary(grouping: monthly, by: \.station).mapValues(\.count)
      return counts.values.allSatisfy { $0 == 12 }
        ? .passed() : .failed("months by station: \(counts.sorted { $0.key < $1.key })")
    }
  }
}

/// The temperature below which a day is heated, and above which it is cooled.
struct DegreeDayOptions: RunConfig, Codable, Sendable {
  /// 18.3 °C are the 65 °F that the US National Weather Service counts from.
  var baseCelsius = 18.3
}
