import HanseModel
import HanseSystem

/// What stands where a program should.
package enum ProgramStatus: Hashable, Sendable {
  case program, notExecutable, directory, missing

  /// Looks at the disk; what cannot be looked at cannot be run either.
  package init(at path: String) {
    do {
      guard let status = try Files.status(path) else {
        self = .missing
        return
      }
      self = status.isDirectory ? .directory : status.isExecutable ? .program : .notExecutable
    } catch {
      self = .missing
    }
  }
}

/// Finds the program of a location: the file that it names, or the first of its name in PATH.
///
/// - Parameters:
///   - entry: The location.
///   - file: The absolute path of workspace.json, for messages.
///   - searchPath: The PATH that the location gets.
///   - status: Looks at a file.
/// - Returns: An absolute path, or what is missing: that location's error alone.
package func resolveExecutable(
  _ entry: LocationEntry,
  file: String,
  searchPath: String?,
  status: (String) -> ProgramStatus = { ProgramStatus(at: $0) }
) -> Result<String, WorkspaceProblem> {
  let name = entry.executable
  let reason: String
  if entry.executableFromPath {
    let places = (searchPath ?? "").split(separator: ":").map(String.init)
    let candidates = places.filter(Paths.isAbsolute).map { Paths.join($0, name) }
    if let found = candidates.first(where: { status($0) == .program }) { return .success(found) }
    reason = "there is no program \"\(name)\" in PATH (\(searchPath ?? "unset"))"
  } else {
    switch status(name) {
    case .program: return .success(name)
    case .missing: reason = "there is no file \"\(name)\"; build it, or correct the path"
    case .directory: reason = "\"\(name)\" is a directory, not a program"
    case .notExecutable: reason = "\"\(name)\" is not executable; `chmod +x` makes it so"
    }
  }
  let problem = WorkspaceProblem(
    file: file,
    position: entry.position,
    message: "\"executable\": \(reason)",
    location: entry.name
  )
  return .failure(problem)
}
