import HanseAPI
import HanseHost
import HanseModel
import Testing

@testable import HanseCLI

/// What is said of locations and their binaries, word for word.
struct LocationWordsTests {
  private static let time = Timestamp(milliseconds: 37_000)
  private static let old: BinaryDigest = "0123456789abcdef0123"
  private static let new: BinaryDigest = "fedcba9876543210fedc"

  private static func rejection(
    failures: Int = 1,
    nextTryAt: Timestamp? = nil,
    isRolledBack: Bool = false
  ) -> LocationStatus.Rejection {
    LocationStatus.Rejection(
      generation: Generation(2),
      digest: new,
      code: "LOC-EXIT-EARLY",
      reason: "exit status 3 before the handshake",
      time: time,
      failures: failures,
      nextTryAt: nextTryAt,
      isRolledBack: isRolledBack
    )
  }

  private static let what =
    "generation 2, binary fedcba987654, did not take over at 00:00:37: exit status 3 before the "
    + "handshake [LOC-EXIT-EARLY]; failed "

  static let rejections: [(LocationStatus.Rejection, String)] = [
    (
      rejection(),
      what + "once; not tried again before the file changes or somebody reloads it"
    ),
    (rejection(failures: 2, nextTryAt: time), what + "2 times; tried again at 00:00:37"),
    (
      rejection(isRolledBack: true),
      "generation 2, binary fedcba987654, was rolled back at 00:00:37: exit status 3 before the "
        + "handshake [LOC-EXIT-EARLY]; failed once; the binary before it runs until the file changes"
    ),
  ]

  @Test(arguments: rejections)
  func `a binary that did not take over is told with why and what follows`(
    rejection: LocationStatus.Rejection,
    text: String
  ) {
    #expect(LocationMessages.rejection(rejection) == text)
    let verb = rejection.isRolledBack ? "was rolled back" : "did not take over"
    #expect(
      LocationMessages.rejectedNote(rejection)
        == "generation 2 \(verb): exit status 3 before the handshake [LOC-EXIT-EARLY]"
    )
  }

  @Test(arguments: [
    (LocationStatus.Step.start, "starts again at 00:00:37"),
    (.giveUp, "is ended unless it has answered at 00:00:37"),
    (.end, "is asked to end, whatever is in flight at 00:00:37"),
    (.terminate, "gets SIGTERM at 00:00:37"), (.kill, "gets SIGKILL at 00:00:37"),
  ])
  func `what happens next is told with its time`(step: LocationStatus.Step, text: String) {
    #expect(LocationMessages.next(LocationStatus.Next(step, at: Self.time)) == text)
  }

  @Test func `what lies at the path is told where it is not what runs`() {
    var location = LocationDocument(name: "ml", state: .running)
    (location.binary, location.file) = (Self.old, Self.old)
    #expect(LocationMessages.file(location) == nil)
    location.file = Self.new
    #expect(LocationMessages.file(location) == "fedcba987654, another program")
    location.fileProblem = "\"bin/ml\" is empty; build it again"
    #expect(LocationMessages.file(location) == "\"bin/ml\" is empty; build it again")
    location.runsKeptBinary = true
    #expect(LocationMessages.binary(location) == "0123456789ab, the host's own copy")
    #expect(
      LocationMessages.pin(Self.old) == "0123456789ab, until its file changes or is reloaded"
    )
    location.pin = Self.old
    location.candidate = LocationStatus.Candidate(
      generation: Generation(2),
      state: .backingOff,
      digest: Self.new,
      failures: 2,
      next: LocationStatus.Next(.start, at: Self.time)
    )
    #expect(
      LocationMessages.state(of: location)
        == "location \"ml\" is running (generation 0); generation 2 is backing-off beside it; it is "
        + "to run binary 0123456789ab"
    )
    #expect(
      location.candidate.map(LocationMessages.candidate)
        == "generation 2 is backing-off, binary fedcba987654; failed 2 times; starts again at 00:00:37"
    )
  }

  static let orders: [(LocationAction, LocationStatus.State, Int, String)] = [
    (
      .stop, .draining, 2,
      "asked to stop: generation 3 gets no more steps, and ends once 2 steps in flight are done; "
        + "`hanse locations start ml` starts it again"
    ),
    (
      .disable, .draining, 1,
      "disabled: generation 3 gets no more steps, and ends once 1 step in flight is done; "
        + "`hanse locations enable ml` starts it again"
    ),
    (
      .stop, .draining, 0,
      "asked to stop: generation 3 ends; `hanse locations start ml` starts it again"
    ),
    (
      .stop, .stopped, 0,
      "asked to stop: it has no process; `hanse locations start ml` starts it again"
    ),
    (
      .restart, .draining, 2,
      "asked to restart: generation 3 ends first, and then another process starts"
    ),
    (
      .restart, .disabled, 0,
      "asked to restart: it stays disabled; `hanse locations enable ml` starts it"
    ),
    (.enable, .starting, 0, "enabled: generation 3 starts"),
    (.start, .running, 0, "asked to start: generation 3 serves"),
    (
      .start, .quarantined, 0,
      "asked to start: it has no process: no database [LOC-EXIT-EARLY]; it starts again at 00:00:37"
    ),
  ]

  @Test(arguments: orders)
  func `an order is told with what was asked and what happens now`(
    action: LocationAction,
    state: LocationStatus.State,
    steps: Int,
    text: String
  ) {
    var location = LocationDocument(name: "ml", state: state)
    (location.generation, location.stepsRunning) = (Generation(3), steps)
    if state == .quarantined {
      (location.reason, location.fault) = ("no database", "LOC-EXIT-EARLY")
      location.next = LocationStatus.Next(.start, at: Self.time)
    }
    #expect(LocationMessages.done(action, location) == "location \"ml\" is \(text)")
  }
}
