/// A moment on the wall clock: milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Sendable, Comparable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func < (left: Self, right: Self) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The duration from `earlier` to this moment.
  public func since(_ earlier: Timestamp) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }
}

extension Timestamp: JSONCodable {
  package func write(to json: inout JSONWriter) {
    // No character of it needs an escape.
    json.raw([UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")])
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    let offset = json.offset
    let text = try json.string()
    guard let value = Timestamp(text) else {
      throw JSONError(
        .outOfRange,
        at: offset,
        "\"\(text)\" is not a time such as 2010-07-04T12:00:00.000Z"
      )
    }
    self = value
  }
}

// Days and civil dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013),
// days_from_civil and civil_from_days.
extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
  /// RFC 3339 in UTC with milliseconds, such as `2010-07-04T12:00:00.000Z`.
  public var description: String { String(decoding: text, as: UTF8.self) }

  /// The bytes of ``description``: answers with thousands of steps are a good part times.
  private var text: [UInt8] {
    let (days, rest) = milliseconds.quotientAndFloorRemainder(by: 86_400_000)
    let shifted = days + 719_468
    let era = shifted.quotientAndFloorRemainder(by: 146_097).quotient
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    var text: [UInt8] = []
    text.reserveCapacity(24)
    append(year, 4, "-", to: &text)
    append(month, 2, "-", to: &text)
    append(day, 2, "T", to: &text)
    append(rest / 3_600_000, 2, ":", to: &text)
    append(rest / 60_000 % 60, 2, ":", to: &text)
    append(rest / 1000 % 60, 2, ".", to: &text)
    append(rest % 1000, 3, "Z", to: &text)
    return text
  }

  /// Reads what ``description`` writes; the fraction may be absent or of any length.
  public init?(_ description: String) {
    let bytes = Array(description.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
      bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
      let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      (1...12).contains(month), (1...daysIn(month, of: year)).contains(day), hour < 24, minute < 60,
      second < 61
    else { return nil }
    var fraction: Int64 = 0
    if bytes.count > 20 {
      guard bytes[19] == UInt8(ascii: "."), bytes.count > 21,
        let digits = number((bytes[20..<(bytes.count - 1)] + [48, 48, 48]).prefix(3)),
        bytes[20..<(bytes.count - 1)].allSatisfy({ $0 &- 48 < 10 })
      else { return nil }
      fraction = digits
    }
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.quotientAndFloorRemainder(by: 400).quotient
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    self.init(
      milliseconds: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction
    )
  }
}

extension Int64 {
  fileprivate func quotientAndFloorRemainder(
    by divisor: Int64
  ) -> (
    quotient: Int64, remainder: Int64
  ) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

private func daysIn(_ month: Int64, of year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let text = String(value)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// Appends a number with leading zeros, and what stands behind it.
private func append(
  _ value: Int64,
  _ width: Int,
  _ end: Unicode.Scalar,
  to text: inout [UInt8]
) {
  var divisor: Int64 = 1
  for _ in 1..<width { divisor *= 10 }
  if value >= 0, value < divisor * 10 {
    while divisor > 0 {
      text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  } else {
    // Years that four digits cannot say.
    text += padded(value, width).utf8
  }
  text.append(UInt8(ascii: end))
}

private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
  guard !digits.isEmpty, digits.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
  return digits.reduce(Int64(0)) { $0 &* 10 &+ Int64($1 - 48) }
}
