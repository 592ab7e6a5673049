/// Two stations beside each other.
struct Comparison: Codable, Hashable, Sendable {
  struct Day: Codable, Hashable, Sendable {
    var date: String
    /// The first station's mean less the second's.
    var difference: Double
  }

  var first: String
  var second: String
  var days: [Day]
  var meanDifference: Double
  var warmestMonths: [String: String]

  init(
    _ daily: [DailySummary],
    _ monthly: [MonthlySummary],
    of first: String,
    with second: String
  ) {
    self.first = first
    self.second = second
    let means = Dictionary(
      daily.filter { $0.station == second }.map { ($0.date, $0.mean) },
      uniquingKeysWith: max
    )
    days = daily.filter { $0.station == first }.compactMap { day in
      means[day.date].map { Day(date: day.date, difference: rounded(day.mean - $0)) }
    }
    let sum = days.reduce(0) { $0 + $1.difference }
    meanDifference = days.isEmpty ? 0 : rounded(sum / Double(days.count))
    warmestMonths = [:]
    for station in [first, second] {
      let months = monthly.filter { $0.station == station }
      warmestMonths[station] = months.max { $0.mean < $1.mean }?.month
    }
  }

  var markdown: String {
    let how = meanDifference < 0 ? "colder" : "warmer"
    let colder = days.count { $0.difference < 0 }
    let warmest = warmestMonths.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value)" }
    return """
      **\(first)** was on average \(abs(meanDifference)) °C \(how) than **\(second)**, \
      and colder on \(colder) of \(days.count) days. Warmest: \(warmest.joined(separator: ", ")).
      """
  }
}
