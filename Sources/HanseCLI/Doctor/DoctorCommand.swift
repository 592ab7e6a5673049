import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

/// `hanse doctor`: looks for what could be wrong, and says what to do.
struct DoctorCommand {
  private let context: CommandContext

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    var findings = [MachineExamination.program()]
    findings += workspace()
    if let workspace = context.source.load.workspace {
      findings += StateExamination(StateDirectory(path: workspace.storage.path)).findings()
      findings.append(MachineExamination.diskSpace(for: workspace.storage.path))
    }
    findings.append(
      MachineExamination.openFiles(
        locations: context.source.load.workspace?.locations.count ?? 0
      )
    )
    findings += FenceExamination.findings(context.source.load.workspace?.locations ?? [])
    findings.append(MachineExamination.graphviz(context.environment))
    try show(findings)
    if context.source.load.workspace == nil { return .unusableWorkspace }
    return findings.contains { $0.level == .error } ? .failed : .good
  }

  private func workspace() -> [Finding] {
    let source = context.source
    let subject = DoctorMessages.workspace
    guard let workspace = source.load.workspace, source.load.problems.isEmpty else {
      return source.load.problems.map { problem in
        Finding(
          level: problem.severity == .error ? .error : .warning,
          subject: subject,
          message: problem.line(naming: source.path),
          fix: CheckMessages.correctFile
        )
      }
    }
    var findings = [
      Finding.ok(subject, DoctorMessages.workspaceIsGood(source.path, workspace.locations.count))
    ]
    for location in workspace.locations where location.enabled && !location.executableFromPath {
      findings += executable(of: location)
    }
    return findings
  }

  private func executable(of location: LocationEntry) -> [Finding] {
    let subject = DoctorMessages.location(location.name)
    do throws(SystemError) {
      let status = try Files.status(location.executable)
      guard let status else {
        return [
          .error(
            subject,
            DoctorMessages.noExecutable(location.executable),
            fix: DoctorMessages.buildIt
          )
        ]
      }
      guard status.isExecutable, !status.isDirectory else {
        return [
          .error(
            subject,
            DoctorMessages.notExecutable(location.executable),
            fix: DoctorMessages.makeExecutable
          )
        ]
      }
      return []
    } catch {
      return [.error(subject, "\(error)", fix: DoctorMessages.makeReadable)]
    }
  }

  private func show(_ findings: [Finding]) throws {
    let console = context.console
    if console.isJSON { return try console.document(Page(items: findings)) }
    for finding in findings where !console.isQuiet || finding.level != .ok {
      try console.lines(FindingText.lines(finding, console.paint))
    }
  }
}

/// A finding for people: how bad, about what, and what to do.
enum FindingText {
  private static let labelWidth = 9

  static func lines(_ finding: Finding, _ paint: Paint) -> [String] {
    let style: Style =
      switch finding.level {
      case .ok: .good
      case .warning: .caution
      case .error: .bad
      }
    let label = finding.level.rawValue
    let indent = String(repeating: " ", count: labelWidth)
    let text = "\(finding.subject): \(finding.message)".visible.split(separator: "\n")
    let head = "\(paint(label, style))\(indent.dropFirst(label.count))\(text.first ?? "")"
    let fix = finding.fix.map { [indent + $0.visibleLine] } ?? []
    return [head] + text.dropFirst().map { indent + $0 } + fix
  }
}
