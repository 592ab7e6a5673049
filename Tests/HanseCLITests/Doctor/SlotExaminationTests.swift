import HanseHost
import Testing

@testable import HanseCLI

struct SlotExaminationTests {
  @Test func `slots that agree are a good finding`() {
    var report = QueueReport()
    (report.runningCount, report.waitingCount) = (2, 5)
    #expect(
      SlotExamination.finding(report)
        == .ok("slots", "counted anew: 2 steps hold slots, 5 wait, and every limit agrees")
    )
  }

  @Test func `a slot that nobody holds is an error that says what to do`() {
    var report = QueueReport()
    report.miscounts = ["queue slow: 2 of 1", "pool warehouse: 1 of 0"]
    #expect(
      SlotExamination.finding(report)
        == .error(
          "slots",
          "what is taken does not agree with the steps that hold it: queue slow: 2 of 1; "
            + "pool warehouse: 1 of 0",
          fix: "restart the host, which counts anew, and report what `hanse queue --json` shows: "
            + "it is a defect"
        )
    )
  }
}
