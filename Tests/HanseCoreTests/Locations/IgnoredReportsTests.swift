import HanseCore
import HanseModel
import Testing

struct IgnoredReportsTests {
  private let refusal = ReportRefusal(.foreignAsset, "reported x")

  private func told(_ count: Int) -> EventPayload {
    .reportsIgnored(count: count, code: "foreign-asset", message: "reported x")
  }

  @Test func `a flood is counted all and told once a second`() {
    var ignored = IgnoredReports()
    var events: [EventPayload] = []
    // A hundred a second for ten seconds.
    for number in 0..<1000 {
      let now = HostInstant(nanoseconds: Int64(number) * 10_000_000)
      if let event = ignored.note(refusal, at: now) { events.append(event) }
    }
    #expect(events == [told(1)] + Array(repeating: told(100), count: 9))
    #expect(ignored.count == 1000)
    #expect(ignored.tell(at: .at(seconds: 9)) == nil)
    #expect(ignored.tell(at: .at(seconds: 11)) == told(99))
    #expect(ignored.tell(at: .at(seconds: 20), isLast: true) == nil)
  }

  @Test func `at the end of a process nothing waits for its second`() {
    var ignored = IgnoredReports()
    #expect(ignored.note(refusal, at: .at(seconds: 0)) == told(1))
    #expect(ignored.note(refusal, at: .at(seconds: 0)) == nil)
    #expect(ignored.tell(at: .at(seconds: 0), isLast: true) == told(1))
  }
}
