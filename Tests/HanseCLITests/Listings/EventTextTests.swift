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
    (.eventsDropped(count: 1, limitPerSecond: 200), "1 event left out: more than 200 a second"),
    (.locationLeftProcesses(count: 1), "left 1 process behind; killed"),
    (.locationLeftProcesses(count: 3), "left 3 processes behind; killed"),
    (
      .locationExited(
        reason: "signal 11 (SIGSEGV)",
        expected: false,
        standardErrorTail: [],
        code: "LOC-CRASH"
      ),
      "signal 11 (SIGSEGV) (LOC-CRASH)"
    ),
    (
      .locationSwapped(from: Generation(1), digest: "0123456789abcdef"),
      "took over from generation 1, binary 0123456789ab"
    ),
    (
      swapFailed(),
      "[LOC-EXIT-EARLY] no; not tried again before the file changes or somebody reloads it"
    ),
    (swapFailed(retry: 1500), "[LOC-EXIT-EARLY] no; next try in 1.5s"),
    (swapFailed(isRolledBack: true), "[LOC-EXIT-EARLY] no; the binary before it runs instead"),
    (.locationPinned("0123456789abcdef"), "runs binary 0123456789ab, whatever its file is"),
    (.locationPinned(nil), "runs its file again"),
    (
      .stepFailed(StepFailure(.failed, message: "no rows"), retryInMilliseconds: 2000),
      "no rows; next attempt in 2s"
    ),
    (.stepSkipped(because: "a/b"), "because of a/b"),
    (.runCanceling(forced: false, by: ann), "by ann (user 1000)"),
    (.runCanceling(forced: true, by: ann), "by force, by ann (user 1000)"),
    (.stepCanceling(forced: true), "by force"),
    (.stepCanceling(forced: false, by: Principal(userID: 7)), "by user 7"),
    (.stepCanceled(message: "asked", by: ann), "asked, by ann (user 1000)"),
    (.stepCanceled(message: "asked"), "asked"),
    (.runRequeued(queue: "q", priority: 2, by: ann), "queue q, priority 2, by ann (user 1000)"),
    (
      .runRequeued(queue: nil, priority: 2, reason: "queue \"q\" is gone"),
      "queue of each location, priority 2, because queue \"q\" is gone"
    ),
    (.stepCleared(because: "a/b"), "it was a/b that ended the location's process"),
    (.runFinished(status: .failed, message: "1 step failed"), "failed: 1 step failed"),
    (
      .checked(CheckResult(name: "c", asset: "a/b", passed: false, description: "3 are missing")),
      "c on a/b failed: 3 are missing"
    ),
  ]

  private static let ann = Principal(userID: 1000, userName: "ann")

  private static func swapFailed(retry: Int64? = nil, isRolledBack: Bool = false) -> EventPayload {
    .locationSwapFailed(
      EventPayload.SwapFailure(
        code: "LOC-EXIT-EARLY",
        reason: "no",
        retryInMilliseconds: retry,
        isRolledBack: isRolledBack
      )
    )
  }

  @Test(arguments: lines)
  func `what went wrong is told in words`(payload: EventPayload, end: String) {
    let event = Event(
      sequence: 7,
      record: EventRecord(time: Timestamp(milliseconds: 0), location: "l", payload: payload)
    )
    #expect(
      EventText.line(event, Paint(isEnabled: false)) == "7  00:00:00  \(payload.kind)  l  \(end)"
    )
  }
}
