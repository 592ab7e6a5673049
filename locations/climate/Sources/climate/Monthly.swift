import Hanse

/// One month at one station.
struct MonthlySummary: Codable, Hashable, Sendable {
  var station: String
  /// Such as `2010-01`.
  var month: String
  var days: Int
  var mean: Double
  var low: Double
  var high: Double

  static func summarize(_ daily: [DailySummary]) -> [MonthlySummary] {
    byMonth(daily).map { key, days in
      MonthlySummary(
        station: key.station,
        month: key.month,
        days: days.count,
        mean: rounded(days.map(\.mean).reduce(0, +) / Double(days.count)),
        low: days.map(\.low).reduce(.infinity, min),
        high: days.map(\.high).reduce(-.infinity, max)
      )
    }
  }

  static func table(_ months: [MonthlySummary]) -> MetadataValue.Table {
    .init(
      columns: ["station", "month", "mean", "low", "high"],
      rows: months.map {
        [
          .string($0.station), .string($0.month), .number($0.mean), .number($0.low),
          .number($0.high),
        ]
      }
    )
  }
}

/// A station and a month.
struct StationMonth: Hashable, Comparable {
  var station: String
  var month: String

  static func < (left: Self, right: Self) -> Bool {
    (left.station, left.month) < (right.station, right.month)
  }
}

/// The days by station and month, in order.
func byMonth(_ daily: [DailySummary]) -> [(key: StationMonth, days: [DailySummary])] {
  Dictionary(grouping: daily) {
    StationMonth(station: $0.station, month: String($0.date.prefix(7)))
  }
  .sorted { $0.key < $1.key }
  .map { ($0.key, $0.value) }
}

/// Heating and cooling degree days of one month.
///
/// A day counts by how far the middle between its lowest and highest temperature lies below
/// (heating) or above (cooling) the base; see the US National Weather Service's glossary, "degree
/// day".
struct DegreeDays: Codable, Hashable, Sendable {
  var station: String
  var month: String
  var heating: Double
  var cooling: Double

  static func sum(_ daily: [DailySummary], base: Double) -> [DegreeDays] {
    byMonth(daily).map { key, days in
      let middles = days.map { ($0.low + $0.high) / 2 }
      return DegreeDays(
        station: key.station,
        month: key.month,
        heating: rounded(middles.reduce(0) { $0 + max(0, base - $1) }),
        cooling: rounded(middles.reduce(0) { $0 + max(0, $1 - base) })
      )
    }
  }
}
