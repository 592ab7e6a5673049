package import HanseModel
import HanseSystem

/// Something wrong with workspace.json, at a place in it.
package struct WorkspaceProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Severity: String, Hashable, Sendable {
    case error, warning
  }

  /// The absolute path of the file.
  package var file: String
  package var line: Int
  package var column: Int
  package var message: String
  package var severity: Severity
  /// The location whose entry it is in, if it is in one and its name is known.
  package var location: LocationName?

  package init(
    file: String,
    position: SourcePosition,
    message: String,
    severity: Severity = .error,
    location: LocationName? = nil
  ) {
    self.file = file
    self.line = position.line
    self.column = position.column
    self.message = message
    self.severity = severity
    self.location = location
  }

  /// Where it is, for a diagnostic.
  package var place: SourcePlace { SourcePlace(file: file, line: line, column: column) }

  package var position: SourcePosition { SourcePosition(line: line, column: column) }

  /// One line, with the file's name alone.
  package var description: String { line(naming: Paths.name(of: file)) }

  /// One line, calling the file what the reader calls it.
  package func line(naming file: String) -> String {
    let kind = severity == .warning ? "warning: " : ""
    let owner = location.map { "location \"\($0)\": " } ?? ""
    return "\(file):\(line):\(column): \(kind)\(owner)\(message)"
  }
}
