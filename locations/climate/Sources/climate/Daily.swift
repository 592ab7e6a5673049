/// One hour at one station, as the observatory gives it.
struct Reading: Codable, Hashable, Sendable {
  var time: String
  var celsius: Double
}

/// One day at one station.
struct DailySummary: Codable, Hashable, Sendable {
  var station: String
  /// Such as `2010-01-01`.
  var date: String
  /// How many hours had a reading.
  var hours: Int
  var mean: Double
  var low: Double
  var high: Double

  static func summarize(_ readings: [Reading], station: String) -> [DailySummary] {
    Dictionary(grouping: readings) { String($0.time.prefix(10)) }
      .sorted { $0.key < $1.key }
      .map { date, readings in
        let values = readings.map(\.celsius)
        return DailySummary(
          station: station,
          date: date,
          hours: values.count,
          mean: rounded(values.reduce(0, +) / Double(values.count)),
          low: values.reduce(.infinity, min),
          high: values.reduce(-.infinity, max)
        )
      }
  }
}

/// To hundredths, so that a table reads well.
func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
