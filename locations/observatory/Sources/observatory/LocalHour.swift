/// An hour of the local calendar, without a time zone.
struct LocalHour: Hashable {
  /// Hours since 1970-01-01T00:00 of the local calendar.
  var number: Int

  init(number: Int) { self.number = number }

  /// Reads `2010/01/01 00:00`, with or without seconds; minutes and seconds must be zero.
  init?(feed text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "/").compactMap { Int($0) }
    let clock = parts[1].split(separator: ":").compactMap { Int($0) }
    guard date.count == 3, (2...3).contains(clock.count), (1...12).contains(date[1]),
      (1...Self.days(in: date[1], of: date[0])).contains(date[2]), (0..<24).contains(clock[0]),
      clock.dropFirst().allSatisfy({ $0 == 0 })
    else { return nil }
    number = Self.day(date[0], date[1], date[2]) * 24 + clock[0]
  }

  /// Such as `2010-01-01T00:00`.
  var text: String {
    let (day, hour) = (number / 24, number % 24)
    var year = 1970 + day / 366
    while Self.day(year + 1, 1, 1) <= day { year += 1 }
    var month = 1
    while month < 12, Self.day(year, month + 1, 1) <= day { month += 1 }
    let dayOfMonth = day - Self.day(year, month, 1) + 1
    return "\(year)-\(Self.two(month))-\(Self.two(dayOfMonth))T\(Self.two(hour)):00"
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01.
  private static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400 - 477
    return (year - 1970) * 365 + leapDays
      + (1..<month).reduce(0) { $0 + days(in: $1, of: year) } + day - 1
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
