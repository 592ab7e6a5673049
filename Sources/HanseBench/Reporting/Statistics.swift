/// Some samples in order of size; there is at least one.
struct Statistics: Hashable, Sendable {
  let sorted: [Double]

  init(_ samples: [Double]) {
    precondition(!samples.isEmpty, "statistics of nothing")
    sorted = samples.sorted()
  }

  var count: Int { sorted.count }
  var min: Double { sorted[0] }
  var max: Double { sorted[count - 1] }

  /// The middle sample, or the mean of the two in the middle.
  var median: Double {
    let middle = count / 2
    return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The least sample that so many percent of them do not exceed (nearest rank).
  func percentile(_ percent: Double) -> Double {
    let rank = (percent / 100 * Double(count)).rounded(.up)
    return sorted[Swift.min(count, Swift.max(1, Int(rank))) - 1]
  }
}
