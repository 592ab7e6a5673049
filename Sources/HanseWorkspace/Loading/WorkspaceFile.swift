import HanseModel
import HanseSystem

/// Finds and reads workspace.json.
package enum WorkspaceFile {
  package static let name = "workspace.json"

  /// Reads the file at `path`, relative to the directory of this process if it is relative.
  package static func load(path: String) -> WorkspaceLoad {
    let file: String
    do {
      file = try Paths.absolute(path, relativeTo: Files.currentDirectory())
    } catch {
      return unreadable(path, error)
    }
    do {
      let bytes = try Files.read(file, limitBytes: JSONCDocument.limitBytes)
      return parse(bytes, file: file, directory: Paths.directory(of: file))
    } catch {
      return unreadable(file, error)
    }
  }

  /// Reads the text of the file; nothing here looks at the file system.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - file: The absolute path, for messages.
  ///   - directory: The absolute path that relative ones start from.
  /// - Returns: The workspace, if it can be used, and everything that is wrong.
  package static func parse(_ bytes: [UInt8], file: String, directory: String) -> WorkspaceLoad {
    do {
      let document = try JSONCDocument(parsing: bytes)
      var reading = WorkspaceReading(document: document, file: file, directory: directory)
      return reading.load()
    } catch {
      let problem = WorkspaceProblem(file: file, position: error.position, message: error.message)
      return WorkspaceLoad(workspace: nil, problems: [problem], disabledLocations: [])
    }
  }

  /// The nearest workspace.json, in `directory` or one that holds it.
  package static func find(from directory: String) -> String? {
    var place = Paths.normalized(directory)
    while true {
      let candidate = Paths.join(place, name)
      if Files.exists(candidate) { return candidate }
      let parent = Paths.directory(of: place)
      if parent == place || place == "." { return nil }
      place = parent
    }
  }

  private static func unreadable(_ file: String, _ error: SystemError) -> WorkspaceLoad {
    let message =
      if error.isNotFound {
        "there is no such file; make one with `hanse init`, or name another directory"
      } else if error.isTooLarge {
        "the file has more than 16 MiB, the limit; name a workspace file"
      } else if error.isPermission {
        "the file cannot be read: \(error.reason) (\(error.symbol)); let this user read it"
      } else {
        "the file cannot be read: \(error.reason) (\(error.symbol)); name a workspace file"
      }
    let start = SourcePosition(line: 1, column: 1)
    let problem = WorkspaceProblem(file: file, position: start, message: message)
    return WorkspaceLoad(workspace: nil, problems: [problem], disabledLocations: [])
  }
}
