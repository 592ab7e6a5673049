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
      let style: Style =
        switch finding.level {
        case .ok: .good
        case .warning: .caution
        case .error: .bad
        }
      let label = finding.level.rawValue
      let blanks = String(repeating: " ", count: 9 - label.count)
      try console.line(
        "\(console.paint(label, style))\(blanks)\(finding.subject): \(finding.message.visible)"
      )
      if let fix = finding.fix { try console.line("         \(fix)") }
    }
  }
}
