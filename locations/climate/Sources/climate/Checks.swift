import Hanse

/// What must hold of the daily table.
enum Checks {
  /// The day on which both feeds lack an hour, because clocks were put forward.
  static let knownGap = "2010-03-14"

  static func noGaps(_ daily: [DailySummary]) -> CheckOutcome {
    let short = daily.filter { $0.hours != ($0.date == knownGap ? 23 : 24) }
    let stations = Dictionary(grouping: daily, by: \.station).mapValues(\.count)
    let incomplete = stations.filter { $0.value != 365 }.sorted { $0.key < $1.key }
    guard short.isEmpty, incomplete.isEmpty else {
      let days = short.prefix(5).map { "\($0.station) \($0.date) (\($0.hours) hours)" }
      let counts = incomplete.map { "\($0.key) has \($0.value) days" }
      return .failed(
        (days + counts).joined(separator: "; "),
        metadata: ["short days": .integer(short.count)]
      )
    }
    return .passed(metadata: ["days": .integer(daily.count), "known gap": .text(knownGap)])
  }

  static func plausibleRange(_ daily: [DailySummary]) -> CheckOutcome {
    let lowest = daily.map(\.low).reduce(.infinity, min)
    let highest = daily.map(\.high).reduce(-.infinity, max)
    let metadata: [String: MetadataValue] = [
      "lowest": .number(lowest), "highest": .number(highest),
    ]
    guard lowest >= -20, highest <= 45 else {
      return .failed("\(lowest) to \(highest) °C", metadata: metadata)
    }
    return .passed("\(lowest) to \(highest) °C", metadata: metadata)
  }
}
