import Foundation
import Hanse
import Testing

@testable import forecast

@Suite struct ForecastTests {
  /// A year in which each day is a little warmer than the day before it, with a wave on top.
  static let year: [DailySummary] = {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var days: [DailySummary] = []
    for (month, length) in lengths.enumerated() {
      for day in 1...length {
        let wave = 6 * sin(2 * .pi * Double(days.count) / 20)
        days.append(
          DailySummary(
            station: "here",
            date: "2010-\(two(month + 1))-\(two(day))",
            mean: 10 + wave + Double(days.count) / 100
          )
        )
      }
    }
    return days
  }()

  static func run(
    _ selection: String = "*",
    folder: String = "",
    config: [String: JSONValue] = [:]
  ) async throws -> MaterializeResult {
    try await materialize(
      Forecast(),
      selection: selection,
      config: config,
      environment: ["REPORT_DIR": folder],
      values: [.given(Forecast.daily, year)]
    )
  }

  @Test func `a wave that persistence misses is foreseen`() async throws {
    let result = try await Self.run("+forecast/scores")
    #expect(result.succeeded)
    let scores = try await result.value(of: Forecast.scores)
    #expect(scores.count == 1)
    #expect(scores.allSatisfy { $0.days == 92 && $0.skill > 0.5 })
    #expect(result.check("beats_persistence", on: Forecast.scores)?.passed == true)
  }

  @Test func `no day that is scored was learnt from`() async throws {
    let result = try await Self.run("+forecast/predictions")
    let predictions = try await result.value(of: Forecast.predictions)
    #expect(predictions.map(\.date).min() == "2010-10-01")
    #expect(predictions.count == 92)
  }

  @Test func `the report is one complete page`() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("forecast-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try await Self.run(folder: folder)
    #expect(result.succeeded)
    let page = try String(contentsOfFile: "\(folder)/forecast.html", encoding: .utf8)
    #expect(page.contains("<svg"))
    #expect(page.contains("<td>here</td>"))
    #expect(!page.contains("http"))
    #expect(result.metadata(of: Forecast.report)["report"] == .path("\(folder)/forecast.html"))
  }

  @Test func `too little to learn from is said with what to do`() async throws {
    let result = try await Self.run(
      "forecast/model",
      config: ["forecast/model": ["trainUntil": "2010-01-09"]]
    )
    #expect(
      result.failures.values.first?.message
        == "station here has 2 days to learn from until 2010-01-09; more than 6 are needed: choose a later trainUntil"
    )
  }

  @Test func `without a folder for the report the error names the variable`() async throws {
    let result = try await materialize(
      Forecast(),
      environment: [:],
      values: [.given(Forecast.daily, Self.year)]
    )
    let failure = result.failures["forecast/report"]
    #expect(failure?.message.contains("REPORT_DIR") == true)
  }
}
