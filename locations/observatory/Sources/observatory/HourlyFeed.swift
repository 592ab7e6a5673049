import Hanse

/// One hour at one station.
struct Reading: Codable, Hashable, Sendable {
  /// Local time, such as `2010-01-01T00:00`.
  var time: String
  var celsius: Double
}

/// A line of a feed that cannot be used.
struct FeedError: Error, Hashable, CustomStringConvertible {
  var file: String
  var line: Int
  var problem: String

  var description: String { "\(file):\(line): \(problem)" }
}

/// A station's file, read.
///
/// The feeds differ: the columns `date` and `temp` come in either order, times with or without
/// seconds, and each year lacks an hour where daylight saving time begins.
struct HourlyFeed {
  private(set) var readings: [Reading] = []
  /// Hours between the first and the last reading that have none.
  private(set) var missingHours: [String] = []

  init(_ text: String, file: String, plausible: ClosedRange<Double>) throws(FeedError) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let header = lines.first else {
      throw FeedError(file: file, line: 1, problem: "the file is empty")
    }
    let names = header.split(separator: ",").map { $0.trimmingSpaces }
    guard let date = names.firstIndex(of: "date"), let temperature = names.firstIndex(of: "temp")
    else {
      throw FeedError(
        file: file,
        line: 1,
        problem: "the header must name the columns date and temp, found \(header)"
      )
    }
    var byHour: [Int: Reading] = [:]
    for (number, line) in lines.enumerated().dropFirst() where !line.trimmingSpaces.isEmpty {
      func wrong(_ problem: String) -> FeedError {
        FeedError(file: file, line: number + 1, problem: problem)
      }
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == names.count else {
        throw wrong("expected \(names.count) columns, found \(fields.count)")
      }
      guard let hour = LocalHour(feed: fields[date].trimmingSpaces) else {
        throw wrong("\"\(fields[date])\" is not a time such as 2010/01/01 00:00")
      }
      guard let fahrenheit = Double(fields[temperature].trimmingSpaces) else {
        throw wrong("\"\(fields[temperature])\" is not a temperature")
      }
      let celsius = ((fahrenheit - 32) / 1.8 * 100).rounded() / 100
      guard plausible.contains(celsius) else {
        throw wrong(
          "\(celsius) °C is outside \(plausible.lowerBound) to \(plausible.upperBound) °C"
        )
      }
      guard
        byHour.updateValue(Reading(time: hour.text, celsius: celsius), forKey: hour.number) == nil
      else { throw wrong("a second reading for \(hour.text)") }
    }
    readings = byHour.sorted { $0.key < $1.key }.map(\.value)
    if let first = byHour.keys.min(), let last = byHour.keys.max() {
      missingHours = (first...last).filter { byHour[$0] == nil }.map { LocalHour(number: $0).text }
    }
  }

  /// The first few rows, for people.
  var preview: MetadataValue.Table {
    .init(
      columns: ["time", "celsius"],
      rows: readings.prefix(5).map { [.string($0.time), .number($0.celsius)] }
    )
  }
}

extension Substring {
  /// Without spaces and carriage returns at the ends.
  fileprivate var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
