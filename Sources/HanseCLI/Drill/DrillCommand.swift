import HanseFaults
import HanseModel
import HanseSystem
import HanseTesting
import HanseWorkspace

/// `hanse drill`: commits faults beside the workspace's locations, and shows what they led to.
struct DrillCommand {
  private let context: CommandContext
  private var console: Console { context.console }

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    let faults = try FaultList.chosen(context.invocation)
    let drill = Drill(
      Drill.Options(
        faults: faults,
        workspace: try workspace(),
        isQuick: context.invocation.has("quick"),
        chaosProgram: try ChaosProgram.path()
      )
    )
    // From here on Ctrl-C means the drill: it stops its host and leaves nothing behind.
    context.signals.beginCounting()
    context.signals.onSignal { count in drill.interrupt(isUrgent: count > 1) }
    if context.signals.count > 0 { drill.interrupt(isUrgent: false) }
    let report: DrillReport
    do {
      report = try drill.run { result in
        console.note("\(result.isGood ? "good" : "BROKEN")  \(result.fault.name)")
      }
    } catch is DrillInterruption {
      console.note(DrillMessages.interrupted)
      return .interrupted
    }
    if let path = context.invocation.value("junit") {
      try JUnitFile.write(report.junit, to: path)
    }
    if console.isJSON { try console.document(report.json) } else { try show(report) }
    return report.isGood ? .good : .failed
  }

  /// The locations that stand beside the faults.
  private func workspace() throws -> Workspace {
    var workspace = try context.source.usable(console)
    if let name = context.invocation.value("location") {
      let known = workspace.locations.map(\.name.text)
      guard known.contains(name) else {
        let nearest = Spelling.nearest(to: name, among: known)
        throw CommandError(.wrongUsage, DrillMessages.unknownLocation(name, nearest: nearest))
      }
      workspace.locations.removeAll { $0.name.text != name }
    }
    return workspace
  }

  private func show(_ report: DrillReport) throws {
    var table = Table([
      Table.Column("FAULT"), Table.Column("AREA"), Table.Column("RESULT"),
      Table.Column("P50", isRightAligned: true), Table.Column("P99", isRightAligned: true),
      Table.Column("STEPS/S", isRightAligned: true),
      Table.Column("P99 AFTER", isRightAligned: true),
      Table.Column("HOST MIB", isRightAligned: true),
    ])
    for result in report.results {
      table.add(
        Table.Cell(result.fault.name),
        Table.Cell(result.fault.area.rawValue),
        Table.Cell(result.isGood ? "good" : "broken", result.isGood ? .good : .bad),
        Table.Cell(DrillMessages.milliseconds(result.during.p50)),
        Table.Cell(DrillMessages.milliseconds(result.during.p99)),
        Table.Cell("\(Int(result.during.perSecond))"),
        Table.Cell(DrillMessages.milliseconds(result.after.p99)),
        Table.Cell(DrillMessages.memory(result.memory))
      )
    }
    try console.table(table)
    for result in report.results where !result.isGood {
      for check in result.broken {
        try console.line("\(result.fault.name): \(check.promise); seen: \(check.seen.visibleLine)")
      }
    }
    try console.line(DrillMessages.summary(report))
  }
}
