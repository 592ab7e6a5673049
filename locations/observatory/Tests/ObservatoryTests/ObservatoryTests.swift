import Foundation
import Hanse
import Testing

@testable import observatory

@Suite struct HourlyFeedTests {
  static let anything = -100.0...100.0

  @Test(arguments: [
    "date,temp\n2010/01/01 00:00,50\n2010/01/01 01:00,32\n",
    "temp,date\r\n50,2010/01/01 00:00:00\r\n32,2010/01/01 01:00:00\r\n",
  ])
  func `both kinds of feed give the same readings`(text: String) throws {
    let feed = try HourlyFeed(text, file: "a.csv", plausible: Self.anything)
    #expect(
      feed.readings == [
        Reading(time: "2010-01-01T00:00", celsius: 10),
        Reading(time: "2010-01-01T01:00", celsius: 0),
      ]
    )
    #expect(feed.missingHours.isEmpty)
  }

  @Test func `a missing hour is named`() throws {
    let text = "date,temp\n2010/03/14 02:00,50\n2010/03/14 04:00,50\n"
    let feed = try HourlyFeed(text, file: "a.csv", plausible: Self.anything)
    #expect(feed.missingHours == ["2010-03-14T03:00"])
  }

  @Test(arguments: [
    ("", "a.csv:1: the header must name the columns date and temp, found "),
    ("when,temp\n", "a.csv:1: the header must name the columns date and temp, found when,temp"),
    ("date,temp\n2010/01/01 00:00\n", "a.csv:2: expected 2 columns, found 1"),
    (
      "date,temp\n2010/02/30 00:00,1\n",
      "a.csv:2: \"2010/02/30 00:00\" is not a time such as 2010/01/01 00:00"
    ),
    ("date,temp\n2010/01/01 00:00,warm\n", "a.csv:2: \"warm\" is not a temperature"),
    ("date,temp\n2010/01/01 00:00,999\n", "a.csv:2: 537.22 °C is outside -100.0 to 100.0 °C"),
    (
      "date,temp\n2010/01/01 00:00,1\n2010/01/01 00:00,1\n",
      "a.csv:3: a second reading for 2010-01-01T00:00"
    ),
  ])
  func `a bad line is named with its place`(text: String, message: String) {
    let error = #expect(throws: FeedError.self) {
      try HourlyFeed(text, file: "a.csv", plausible: Self.anything)
    }
    #expect(error?.description == message)
  }

  @Test func `hours count through months and leap years`() {
    for text in ["2000/02/29 23:00", "2010/12/31 23:00", "2012/03/01 00:00", "1970/01/01 00:00"] {
      let hour = LocalHour(feed: text)
      let expected = text.replacingOccurrences(of: "/", with: "-")
        .replacingOccurrences(of: " ", with: "T")
      #expect(hour?.text == expected)
    }
  }
}

@Suite struct ObservatoryTests {
  static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Data").path

  @Test func `the year of both stations is taken in, but for the known hour`() async throws {
    let result = try await materialize(
      Observatory(),
      resources: [Observatory.archive.replaced(with: Archive(folder: Self.data))]
    )
    #expect(result.succeeded)
    for station in Station.all {
      let readings = try await result.value(station.asset, as: [Reading].self)
      #expect(readings.count == 8_759)
      #expect(readings.first?.time == "2010-01-01T00:00")
      #expect(readings.last?.time == "2010-12-31T23:00")
      #expect(
        result.metadata(of: station.asset)["missing hours"]
          == .json(.array([.string("2010-03-14T03:00")]))
      )
    }
    #expect(result.checks.count == 2)
    #expect(result.checks.allSatisfy { $0.passed })
  }

  @Test func `an implausible reading stops the station with its line`() async throws {
    let result = try await materialize(
      Observatory(),
      selection: "observatory/seattle",
      config: ["observatory/seattle": ["highest": 20.0]],
      resources: [Observatory.archive.replaced(with: Archive(folder: Self.data))]
    )
    #expect(!result.succeeded)
    let message = result.failures["observatory/seattle"]?.message ?? ""
    #expect(message.hasPrefix("seattle-temps.csv:"))
    #expect(message.hasSuffix("is outside -60.0 to 20.0 °C"))
  }
}
