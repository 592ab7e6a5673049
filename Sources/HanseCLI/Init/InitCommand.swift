import HanseModel
import HanseSystem

/// `hanse init DIR`: writes a new workspace.
enum InitCommand {
  static func run(_ invocation: Invocation, _ console: Console) throws -> CommandStatus {
    let given = invocation.operands.first ?? "."
    let directory = try Paths.absolute(given, relativeTo: Files.currentDirectory())
    let hanse = try checkout(invocation.value("hanse"))
    try refuseUsed(directory, shownAs: given)
    let template = WorkspaceTemplate(name: Paths.name(of: directory), hanse: hanse)
    for file in template.files {
      let path = Paths.join(directory, file.path)
      do throws(SystemError) {
        try Files.createDirectories(Paths.directory(of: path))
        try Files.writeAtomically(path, Array(file.text.utf8), durably: false)
      } catch {
        let shown = Paths.join(given, file.path)
        throw CommandError(.failed, InitMessages.cannotWrite(shown, error).visible)
      }
      if !console.isQuiet { try console.line(InitMessages.wrote(Paths.join(given, file.path))) }
    }
    if !console.isQuiet { try console.lines(InitMessages.nextSteps(in: given)) }
    return .good
  }

  private static func refuseUsed(_ directory: String, shownAs given: String) throws {
    let problem: String?
    do throws(SystemError) {
      guard let status = try Files.status(directory) else { return }
      if !status.isDirectory {
        problem = InitMessages.isFile(given)
      } else {
        problem = try Files.list(directory).isEmpty ? nil : InitMessages.isNotEmpty(given)
      }
    } catch {
      problem = InitMessages.cannotLook(given, error)
    }
    if let problem { throw UsageError.invalid(problem, command: .`init`) }
  }

  /// The checkout that the new package is to depend on.
  private static func checkout(_ given: String?) throws -> String {
    if let given {
      let path = try Paths.absolute(given, relativeTo: Files.currentDirectory())
      guard isCheckout(path) else {
        throw UsageError.invalid(InitMessages.isNoCheckout(given), command: .`init`)
      }
      return path
    }
    var place = Paths.directory(of: try SelfProcess.executablePath())
    while place != "/" {
      if isCheckout(place) { return place }
      place = Paths.directory(of: place)
    }
    throw UsageError.invalid(InitMessages.noCheckout, command: .`init`)
  }

  private static func isCheckout(_ path: String) -> Bool {
    Files.exists(Paths.join(path, "Package.swift"))
      && Files.exists(Paths.join(path, "Sources/Hanse"))
  }
}
