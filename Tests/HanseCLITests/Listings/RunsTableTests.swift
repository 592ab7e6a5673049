import HanseAPI
import HanseModel
import Testing

@testable import HanseCLI

struct RunsTableTests {
  private func run(_ id: String, _ more: String = "") throws -> RunDocument {
    try RunDocument.decode(
      """
      {"id": "\(id)", "status": "queued", "selection": "*", "trigger": "cli",
        "created": "2026-01-01T00:00:00.000Z", "stepCounts": {}, "sequence": 1\(more)}
      """
    )
  }

  private func titles(_ runs: [RunDocument]) -> [String] {
    RunsTable.make(runs).columns.map(\.title)
  }

  @Test func `queue and priority are shown where a run has its own`() throws {
    let plain = ["RUN", "STATUS", "STEPS", "CREATED", "TIME", "SELECTION", "NOTE"]
    #expect(titles([try run("a")]) == plain)
    let runs = [
      try run("a"), try run("b", ", \"queue\": \"slow\""), try run("c", ", \"priority\": -3"),
    ]
    #expect(
      titles(runs) == [
        "RUN", "STATUS", "STEPS", "CREATED", "TIME", "QUEUE", "PRIORITY", "SELECTION", "NOTE",
      ]
    )
    let cells = RunsTable.make(runs).rows.map { $0[5...6].map(\.text) }
    #expect(cells == [["", ""], ["slow", ""], ["", "-3"]])
    #expect(titles([runs[2]]).contains("PRIORITY") && !titles([runs[2]]).contains("QUEUE"))
  }
}
