import Foundation
import HanseModel
import Testing

@Suite struct TimestampTests {
  static let known: [(String, Int64)] = [
    ("1970-01-01T00:00:00.000Z", 0), ("1969-12-31T23:59:59.999Z", -1),
    ("2000-02-29T12:00:00.000Z", 951_825_600_000), ("2010-07-04T12:00:00.000Z", 1_278_244_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
  ]

  @Test(arguments: known)
  func `a moment has one text, both ways`(text: String, milliseconds: Int64) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
    #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
  }

  @Test func `every moment of four-digit years comes back from its text`() {
    var random = SeededRandom()
    for _ in 0..<5000 {
      let moment = Timestamp(
        milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
      )
      #expect(Timestamp(moment.description) == moment, "seed \(random.seed)")
    }
  }

  @Test func `the calendar is Foundation's`() throws {
    var random = SeededRandom()
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for _ in 0..<500 {
      let moment = Timestamp(
        milliseconds: .random(in: -2_000_000_000_000...9_000_000_000_000, using: &random)
      )
      let date = try Date(moment.description, strategy: style)
      let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
      #expect(milliseconds == moment.milliseconds, "seed \(random.seed): \(moment)")
    }
  }

  @Test(arguments: [
    ("2010-07-04T12:00:00Z", 0), ("2010-07-04T12:00:00.5Z", 500),
    ("2010-07-04T12:00:00.25Z", 250), ("2010-07-04T12:00:00.1239999999999999999999Z", 123),
  ])
  func `a fraction may be absent or of any length`(text: String, milliseconds: Int64) {
    #expect(Timestamp(text) == Timestamp(milliseconds: 1_278_244_800_000 + milliseconds))
  }

  @Test(arguments: [
    "", "2010-07-04", "2010-07-04T12:00:00", "2010-07-04T12:00:00+00:00", "2010-7-04T12:00:00Z",
    "2010-13-01T00:00:00Z", "2010-00-01T00:00:00Z", "2010-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2010-04-31T00:00:00Z", "2010-01-00T00:00:00Z", "2010-01-01T24:00:00Z", "2010-01-01T00:60:00Z",
    "2010-01-01T00:00:61Z", "2010-01-01T00:00:00.Z", "2010-01-01T00:00:00.1x2Z",
    "2010-01-01T00:00:00.00000000000000000000000xZ", "2010-01-01 00:00:00Z", "20100101T000000.000Z",
  ])
  func `what is no moment is refused`(text: String) {
    #expect(Timestamp(text) == nil)
    let error = #expect(throws: JSONError.self) { try Timestamp.decode("\"\(text)\"") }
    #expect(
      error?.description == "\"\(text)\" is not a time such as 2010-07-04T12:00:00.000Z (byte 0)"
    )
  }
}

@Suite struct DurationTests {
  static let texts: [(Duration, String)] = [
    (.zero, "0ms"), (.milliseconds(999), "999ms"), (.seconds(1), "1s"),
    (.milliseconds(1540), "1.5s"), (.seconds(60), "1m"), (.seconds(200), "3m 20s"),
    (.seconds(7200), "2h"), (.seconds(7500), "2h 5m"),
  ]

  @Test(arguments: texts)
  func `a duration reads as people write it`(duration: Duration, text: String) {
    #expect(duration.briefDescription == text)
  }

  @Test func `durations beyond 64 bits end at the bounds instead of trapping`() {
    #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
    #expect(Duration.seconds(Int64.min).wholeMilliseconds == .min)
    #expect(Duration.milliseconds(Int64.max).wholeMilliseconds == .max)
    #expect(Duration.milliseconds(9_223_372_036_999).wholeNanoseconds == .max / 2)
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max / 2)
    let late = HostInstant(nanoseconds: .max - 5)
    #expect(late + .seconds(1) == HostInstant(nanoseconds: .max))
    #expect(late + .nanoseconds(3) == HostInstant(nanoseconds: .max - 2))
  }
}
