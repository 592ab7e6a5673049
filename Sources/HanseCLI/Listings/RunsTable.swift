import HanseAPI
import HanseModel
import HanseStore

/// Runs as a table, newest first.
enum RunsTable {
  /// Queues and priorities are shown where any run has its own.
  static func make(_ runs: [RunDocument]) -> Table {
    let (hasQueues, hasPriorities) =
      (runs.contains { $0.queue != nil }, runs.contains { $0.priority != 0 })
    var columns: [Table.Column] = [
      .init("RUN"), .init("STATUS"), .init("STEPS", isRightAligned: true), .init("CREATED"),
      .init("TIME", isRightAligned: true),
    ]
    if hasQueues { columns.append(.init("QUEUE")) }
    if hasPriorities { columns.append(.init("PRIORITY", isRightAligned: true)) }
    columns += [.init("SELECTION", shrinksTo: 16), .init("NOTE", shrinksTo: 16)]
    var table = Table(columns)
    for run in runs {
      var cells: [Table.Cell] = [
        .init(run.id.text, .bold),
        .init(run.status.rawValue, style(of: run.status)),
        .init("\(run.steps.succeeded)/\(run.steps.total)"),
        .init(TimeText.full(run.created)),
        .init(TimeText.brief(from: run.started, to: run.finished)),
      ]
      if hasQueues { cells.append(.init(run.queue ?? "")) }
      if hasPriorities { cells.append(.init(run.priority == 0 ? "" : "\(run.priority)")) }
      let selection = run.partition.map { "\(run.selection) [\($0)]" } ?? run.selection
      table.rows.append(cells + [.init(selection), .init(run.message ?? "")])
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
