import HanseModel
import Testing

@testable import HanseCLI

struct EventTextTests {
  static let lines: [(EventPayload, String)] = [
    (
      .reportsIgnored(count: 1, code: "foreign-asset", message: "reported x"),
      "[foreign-asset] ignored: it reported x"
    ),
    (
      .reportsIgnored(count: 3, code: "foreign-asset", message: "reported x"),
      "[foreign-asset] ignored: it reported x; 3 reports since the last time"
    ),
    (
      .logLost(count: 1, bytes: 54, reason: "the disk is full"),
      "1 line (54 B) of its log are lost: the disk is full"
    ),
    (
      .logLost(count: 2000, bytes: 1 << 20, reason: "the disk is full"),
      "2000 lines (1 MiB) of its log are lost: the disk is full"
    ),
  ]

  @Test(arguments: lines)
  func `what is lost of a location is told in words`(payload: EventPayload, end: String) {
    let event = Event(
      sequence: 7,
      record: EventRecord(time: Timestamp(milliseconds: 0), location: "l", payload: payload)
    )
    #expect(EventText.line(event, Paint(isEnabled: false)).hasSuffix("  \(end)"))
  }
}
