import HanseModel

/// Times and amounts as people read them, the same everywhere: UTC, no locale.
enum TimeText {
  /// `10:09:00`.
  static func clock(_ time: Timestamp) -> String {
    String(time.description.dropFirst(11).prefix(8))
  }

  /// `2010-07-04 10:09:00`.
  static func full(_ time: Timestamp?) -> String {
    guard let time else { return "" }
    return "\(time.description.prefix(10)) \(clock(time))"
  }

  /// `1.2s`; empty for nil.
  static func brief(milliseconds: Int64?) -> String {
    milliseconds.map { Duration.milliseconds($0).briefDescription } ?? ""
  }

  static func brief(from start: Timestamp?, to end: Timestamp?) -> String {
    guard let start, let end else { return "" }
    return end.since(start).briefDescription
  }

  /// `12,345`.
  static func grouped(_ number: Int64) -> String {
    let digits = Array(String(number.magnitude))
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// `1.5 MiB`.
  static func bytes(_ count: Int64) -> String {
    var value = Double(count)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    if unit == 0 { return "\(count) B" }
    let tenths = Int64((value * 10).rounded())
    return tenths % 10 == 0 || tenths >= 1000
      ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
