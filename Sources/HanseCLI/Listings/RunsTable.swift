import HanseAPI
import HanseModel
import HanseStore

/// Runs as a table, newest first.
enum RunsTable {
  static func make(_ runs: [RunDocument]) -> Table {
    var table = Table([
      .init("RUN"), .init("STATUS"), .init("STEPS", isRightAligned: true), .init("CREATED"),
      .init("TIME", isRightAligned: true), .init("SELECTION", shrinksTo: 16),
      .init("NOTE", shrinksTo: 16),
    ])
    for run in runs {
      table.add(
        .init(run.id.text, .bold),
        .init(run.status.rawValue, style(of: run.status)),
        .init("\(run.steps.succeeded)/\(run.steps.total)"),
        .init(TimeText.full(run.created)),
        .init(TimeText.brief(from: run.started, to: run.finished)),
        .init(run.partition.map { "\(run.selection) [\($0)]" } ?? run.selection),
        .init(run.message ?? "")
      )
    }
    return table
  }

  static func style(of status: RunStatus) -> Style {
    switch status {
    case .queued: .faint
    case .running: .accent
    case .canceling, .canceled: .caution
    case .succeeded: .good
    case .failed: .bad
    }
  }

  static func style(of status: StepStatus) -> Style {
    switch status {
    case .waiting, .ready, .skipped: .faint
    case .running: .accent
    case .retrying, .canceled: .caution
    case .succeeded: .good
    case .failed: .bad
    }
  }
}
