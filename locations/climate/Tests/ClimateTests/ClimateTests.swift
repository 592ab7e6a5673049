import Hanse
import Testing

@testable import climate

@Suite struct ClimateTests {
  /// A year of hours that all have the day's number as their temperature, but for one hour.
  static func year(of missing: String? = "2010-03-14T03:00") -> [Reading] {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var readings: [Reading] = []
    for (month, length) in lengths.enumerated() {
      for day in 1...length {
        for hour in 0..<24 {
          let time = "2010-\(two(month + 1))-\(two(day))T\(two(hour)):00"
          if time != missing { readings.append(Reading(time: time, celsius: Double(day))) }
        }
      }
    }
    return readings
  }

  static func run(
    _ seattle: [Reading],
    _ selection: String = "*"
  ) async throws -> MaterializeResult {
    try await materialize(
      Climate(),
      selection: selection,
      values: [.given(Climate.seattle, seattle), .given(Climate.sanFrancisco, year())]
    )
  }

  @Test func `a whole year passes all checks`() async throws {
    let result = try await Self.run(Self.year())
    #expect(result.succeeded)
    #expect(result.checks.count == 3)
    #expect(result.checks.allSatisfy { $0.passed })
    #expect(try await result.value(of: Climate.daily).count == 730)
    #expect(try await result.value(of: Climate.monthly).count == 24)
    #expect(try await result.value(of: Climate.comparison).meanDifference == 0)
  }

  @Test func `a gap stops what is made of the daily table`() async throws {
    let result = try await Self.run(Self.year().filter { $0.time != "2010-07-04T12:00" })
    #expect(!result.succeeded)
    let check = result.check("no_gaps", on: Climate.daily)
    #expect(check?.passed == false)
    #expect(check?.description == "seattle 2010-07-04 (23 hours)")
    #expect(result.status(of: Climate.daily) == .succeeded)
    #expect(result.status(of: Climate.monthly) == .skipped)
    #expect(result.status(of: Climate.comparison) == .skipped)
  }

  @Test func `a day's row has its mean, lowest and highest`() {
    let readings = [10.0, 20.0, 15.0].enumerated().map {
      Reading(time: "2010-01-01T0\($0.offset):00", celsius: $0.element)
    }
    #expect(
      DailySummary.summarize(readings, station: "a") == [
        DailySummary(station: "a", date: "2010-01-01", hours: 3, mean: 15, low: 10, high: 20)
      ]
    )
  }

  @Test func `degree days count from the middle of the day's range`() {
    let days = [(0.0, 10.0), (20.0, 30.0)].enumerated().map {
      DailySummary(
        station: "a",
        date: "2010-01-0\($0.offset + 1)",
        hours: 24,
        mean: 0,
        low: $0.element.0,
        high: $0.element.1
      )
    }
    #expect(
      DegreeDays.sum(days, base: 18) == [
        DegreeDays(station: "a", month: "2010-01", heating: 13, cooling: 7)
      ]
    )
  }

  @Test func `temperatures out of range fail the check`() {
    let day = DailySummary(station: "a", date: "2010-01-01", hours: 24, mean: 0, low: -30, high: 1)
    #expect(Checks.plausibleRange([day]).passed == false)
  }
}
