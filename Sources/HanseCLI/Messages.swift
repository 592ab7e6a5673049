import HanseModel
import HanseSystem
import HanseWorkspace

/// The words that several commands share.
enum Messages {
  static let warningLabel = "warning:"
  static let errorLabel = "error:"

  /// A number with its noun: `1 asset`, `2 assets`.
  static func count(_ count: Int, _ noun: String) -> String { count.counted(noun) }

  static func cannotWriteOutput(_ error: SystemError) -> String {
    "standard output cannot be written: \(error.reason) (\(error.symbol))"
  }

  // MARK: The workspace

  static func noWorkspace(above directory: String) -> String {
    """
    there is no workspace.json in \(directory) or above it
    make one with `hanse init DIR`, or name one with --workspace FILE
    """
  }

  static func noSuchWorkspace(_ path: String) -> String {
    """
    --workspace: there is no "\(path.visibleLine)"
    name a workspace.json or the directory it is in, or make one with `hanse init DIR`
    """
  }

  static func noWorkspace(in directory: String) -> String {
    """
    --workspace: there is no workspace.json in "\(directory.visibleLine)"
    name another, or make one with `hanse init DIR`
    """
  }

  static func unreachableWorkspace(_ path: String, _ error: SystemError) -> String {
    let shown = DisplayWidth.cut(path.visibleLine, to: 200)
    return """
      --workspace: "\(shown)" cannot be looked at: \(error.reason) (\(error.symbol))
      name another workspace.json, or the directory it is in
      """
  }

  static func noCurrentDirectory(_ error: SystemError) -> String {
    """
    the current directory cannot be found: \(error.reason) (\(error.symbol))
    change to another, or name a workspace with --workspace FILE
    """
  }

  static func cannotWriteReport(_ path: String, _ error: SystemError) -> String {
    "the JUnit report \"\(path.visibleLine)\" cannot be written: \(error.reason) (\(error.symbol)); "
      + "name another file with --junit"
  }

  /// Everything that is wrong with the file, a line each.
  static func unusable(_ source: WorkspaceSource) -> String {
    let lines = source.load.problems.map { $0.line(naming: source.path) }
    return "\(source.path) cannot be used\n\(lines.joined(separator: "\n"))".visible
  }
}
