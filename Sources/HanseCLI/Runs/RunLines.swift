import HanseModel

/// A watched run as lines: on a terminal all at once, elsewhere one after the other.
enum RunLines {
  private static let barWidth = 10

  /// The lines of the live view, at most `height` of them.
  static func live(
    _ run: RunModel,
    now: Timestamp,
    width: Int,
    height: Int,
    paint: Paint
  ) -> [String] {
    let room = max(1, height - 2)
    let shown = mostInteresting(run, room: room)
    var table = Table([
      .init("STEP", shrinksTo: 16), .init("LOCATION"), .init("STATUS"),
      .init("TIME", isRightAligned: true), .init("", shrinksTo: 8),
    ])
    for position in shown {
      let step = run.steps[position]
      table.add(
        .init(step.key.text, .bold),
        .init(step.location.text),
        .init(status(of: step), RunsTable.style(of: step.status)),
        .init(time(of: step, now: now)),
        .init(note(on: step))
      )
    }
    let rows = table.lines(width: width, paint: paint).dropFirst()
    return rows + [paint(RunMessages.progress(run, hidden: run.steps.count - shown.count), .faint)]
  }

  /// One line for a step that has ended, for those who read a log.
  static func plain(_ step: RunModel.Step, at time: Timestamp, paint: Paint) -> String {
    let state = status(of: step)
    let parts = [
      TimeText.clock(time),
      column(state, RunsTable.style(of: step.status), paint),
      step.key.text.visibleLine, step.location.text.visibleLine,
      TimeText.brief(milliseconds: step.tookMilliseconds),
      (step.message ?? "").visibleLine,
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// One line for steps that cannot start, in a run that has nothing else to do.
  ///
  /// - Parameters:
  ///   - wait: The steps, and why.
  ///   - run: Their run.
  ///   - time: The present time.
  ///   - canAsk: Whether another command can be asked to explain it.
  ///   - paint: For the terminal.
  /// - Returns: The line.
  static func waiting(
    _ wait: Standstill.Wait,
    of run: RunID,
    at time: Timestamp,
    canAsk: Bool,
    paint: Paint
  ) -> String {
    let parts = [
      TimeText.clock(time),
      column(StepStatus.waiting.rawValue, RunsTable.style(of: .waiting), paint),
      wait.step.text.visibleLine, wait.location.text.visibleLine,
      RunMessages.standsStill(wait, explainedBy: canAsk ? run : nil).visibleLine,
    ]
    return parts.joined(separator: "  ")
  }

  private static func column(_ state: String, _ style: Style, _ paint: Paint) -> String {
    paint(state, style) + String(repeating: " ", count: max(0, 9 - state.count))
  }

  /// The positions of the steps to show when there is no room for all, in the order of the plan.
  private static func mostInteresting(_ run: RunModel, room: Int) -> [Int] {
    guard run.steps.count > room else { return Array(run.steps.indices) }
    var ranked: [[Int]] = Array(repeating: [], count: 5)
    for (position, step) in run.steps.enumerated() {
      ranked[rank(of: step.status)].append(position)
    }
    // Of those that succeeded, the ones that began last.
    ranked[3].sort { run.steps[$1].began < run.steps[$0].began }
    return ranked.joined().prefix(room).sorted()
  }

  private static func rank(of status: StepStatus) -> Int {
    switch status {
    case .running: 0
    case .retrying: 1
    case .failed, .canceled: 2
    case .succeeded: 3
    case .waiting, .ready, .skipped: 4
    }
  }

  private static func status(of step: RunModel.Step) -> String {
    step.attempt > 1 ? "\(step.status.rawValue) (\(step.attempt))" : step.status.rawValue
  }

  private static func time(of step: RunModel.Step, now: Timestamp) -> String {
    if let took = step.tookMilliseconds { return TimeText.brief(milliseconds: took) }
    guard step.status == .running, let started = step.started else { return "" }
    // Tenths that jump about are noise: whole seconds while it runs.
    return Duration.seconds(max(0, now.since(started).components.seconds)).briefDescription
  }

  private static func note(on step: RunModel.Step) -> String {
    let bar = step.fraction.map { "\(self.bar($0)) " } ?? ""
    return bar + (step.message ?? "")
  }

  /// `█████░░░░░  50 %`.
  static func bar(_ fraction: Double) -> String {
    let part = min(1, max(0, fraction.isFinite ? fraction : 0))
    let full = Int((part * Double(barWidth)).rounded(.down))
    let percent = "\(Int((part * 100).rounded(.down)))"
    return String(repeating: "█", count: full)
      + String(repeating: "░", count: barWidth - full)
      + String(repeating: " ", count: 4 - percent.count) + "\(percent) %"
  }
}

extension RunModel.Step {
  fileprivate var began: Timestamp { started ?? Timestamp(milliseconds: .min) }
}
