import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// What is said of runs and of the host that they run in, word for word.
struct RunWordsTests {
  private static func check(_ blocking: Bool, _ description: String?) -> CheckResult {
    CheckResult(
      name: "no_gaps",
      asset: "climate/daily",
      passed: false,
      blocking: blocking,
      description: description
    )
  }

  static let runs: [(String, String)] = [
    (
      RunMessages.detached("r7"),
      "run r7 is launched; watch it with `hanse run r7` or `hanse events --run r7 --follow`, "
        + "cancel it with `hanse cancel r7`"
    ),
    (
      RunMessages.canceling("r7"),
      "canceling run r7; press Ctrl-C again to end its steps by force"
    ),
    (
      RunMessages.forcing("r7"),
      "ending the steps of run r7 by force; a third Ctrl-C leaves at once"
    ),
    (RunMessages.left("r7"), "left at once; the next host takes run r7 up where it was"),
    (
      RunMessages.lostHost("r7", "the host has stopped"),
      "the host has stopped\nrun r7 goes on when a host runs again; see `hanse run r7`"
    ),
    (
      RunMessages.earlierRuns(1),
      "1 run of an earlier host is unfinished; `hanse dev` carries it on"
    ),
    (
      RunMessages.earlierRuns(2),
      "2 runs of an earlier host are unfinished; `hanse dev` carries them on"
    ),
    (RunMessages.checkFailed(check(false, nil)), "check no_gaps on climate/daily failed"),
    (
      RunMessages.checkFailed(check(true, "3 days are missing")),
      "check no_gaps on climate/daily failed: 3 days are missing, and stopped what is downstream"
    ),
    (RunMessages.whatNext("r7", retry: nil), "next: read `hanse run r7` and `hanse logs r7`"),
    (
      RunMessages.whatNext("r7", retry: "'a+ or b+'"),
      "next: read `hanse run r7` and `hanse logs r7`, then `hanse materialize 'a+ or b+'`"
    ),
    (
      RunMessages.whatNext("r7", restarts: ["pl", "ql"], retry: "'a+'"),
      "next: read `hanse run r7` and `hanse logs r7`, then `hanse locations restart pl`, then "
        + "`hanse locations restart ql`, then `hanse materialize 'a+'`"
    ),
    (
      RunMessages.cancelNeedsHost("r7"),
      "no host is running, so nothing of run r7 runs: it was left unfinished\n"
        + "start a host with `hanse dev`, which carries it on, and then cancel it with "
        + "`hanse cancel r7`"
    ),
    (
      RunMessages.cancelHeld("r7", by: 7),
      "run r7 cannot be canceled from here: process 7 has the state directory, and cannot be called\n"
        + "if it is the `hanse materialize` that launched the run, Ctrl-C there cancels it "
        + "(`kill -INT 7`); else try again when it has ended"
    ),
    (
      RunMessages.cancelHeld("r7", by: nil),
      "run r7 cannot be canceled from here: another process has the state directory, and cannot be "
        + "called\nif it is the `hanse materialize` that launched the run, Ctrl-C there cancels it; "
        + "else try again when it has ended"
    ),
    (
      DevMessages.serving("weather", "http://127.0.0.1:4747"),
      "workspace weather runs at http://127.0.0.1:4747; Ctrl-C stops it"
    ),
    (
      DevMessages.runsAlready(7, "http://127.0.0.1:4747"),
      "a host runs on this state directory already: process 7, at http://127.0.0.1:4747; the other "
        + "commands talk to it"
    ),
  ]

  static let hosts: [(String, String)] = [
    (
      SessionMessages.waiting(forHolder: 7),
      "process 7 has the state directory and cannot be called yet; waiting for it"
    ),
    (
      SessionMessages.isHeld("/w/.hanse", by: nil),
      "the state directory /w/.hanse is in use by another process, which cannot be called\n"
        + "it is a host that is not up yet, or a command that runs the locations itself: try again "
        + "when it is up or done, or end that process"
    ),
    (
      SessionMessages.isStopping("http://127.0.0.1:4747"),
      "the host at http://127.0.0.1:4747 is stopping; try again when it has ended"
    ),
    (
      SessionMessages.waiting(forLocations: ["a", "b", "c", "d", "e", "f", "g"]),
      "waiting for a, b, c, d, e and 2 more"
    ),
    (
      SessionMessages.doesNotServe("ml", state: "quarantined", reason: nil),
      "location \"ml\" is quarantined; see `hanse logs ml`"
    ),
    (
      Messages.cannotWriteReport("out/junit.xml", .init(operation: "open", number: 2)),
      "the JUnit report \"out/junit.xml\" cannot be written: No such file or directory (ENOENT); name "
        + "another file with --junit"
    ),
  ]

  @Test(arguments: runs + hosts)
  func `a message about a run or its host says what, where and what to do`(
    text: String,
    expected: String
  ) {
    #expect(text == expected)
  }

  @Test func `a failed step is told with its location, its attempts and the words of its end`() {
    var step = StepDocument(key: "ml/train", location: "ml")
    let failure = StepFailure(.lost, message: "location \"ml\" ended with signal 11 (SIGSEGV)")
    #expect(
      RunMessages.failed(step, failure)
        == "step ml/train in location ml failed: location \"ml\" ended with signal 11 (SIGSEGV)"
    )
    step.attempts = [AttemptDocument(attempt: 1), AttemptDocument(attempt: 2)]
    #expect(
      RunMessages.failed(step, failure)
        == "step ml/train in location ml failed after 2 attempts: location \"ml\" ended with signal "
        + "11 (SIGSEGV)"
    )
  }

  @Test(arguments: [
    (StepFailure(.failed, message: ""), "an error without a message [failed]"),
    (StepFailure(.failed, message: " \n", errorType: "Gone"), "Gone without a message [failed]"),
    (StepFailure(.lost, message: "", errorType: nil), "an error without a message [lost]"),
    (StepFailure(.failed, message: "no route", errorType: "Gone"), "no route"),
  ])
  func `a failure without words is told by its type and its code`(
    failure: StepFailure,
    reason: String
  ) {
    let step = StepDocument(key: "ml/train", location: "ml")
    #expect(
      RunMessages.failed(step, failure) == "step ml/train in location ml failed: \(reason)"
    )
    #expect(EventMessages.failed(failure, nil) == reason)
  }

  @Test(arguments: [
    (0, 0, "no problems in 2 locations, 1 asset"),
    (1, 0, "1 error in 2 locations, 1 asset"),
    (0, 2, "2 warnings in 2 locations, 1 asset"),
    (3, 1, "3 errors, 1 warning in 2 locations, 1 asset"),
  ])
  func `check counts what it has found`(errors: Int, warnings: Int, summary: String) {
    #expect(
      CheckMessages.summary(errors: errors, warnings: warnings, locations: 2, assets: 1) == summary
    )
  }
}
