import HanseSystem
import HanseWorkspace

/// The workspace file that a command works with.
struct WorkspaceSource {
  /// As somebody named it, or the absolute path where it was found.
  var path: String
  var load: WorkspaceLoad

  /// Finds the file and reads it, whatever is in it.
  ///
  /// - Throws: ``CommandError`` when there is none.
  static func find(_ given: String?) throws -> WorkspaceSource {
    if let given { return try named(given) }
    let directory: String
    do throws(SystemError) {
      directory = try Files.currentDirectory()
    } catch {
      throw CommandError(.unusableWorkspace, Messages.noCurrentDirectory(error))
    }
    guard let path = WorkspaceFile.find(from: directory) else {
      throw CommandError(.unusableWorkspace, Messages.noWorkspace(above: directory))
    }
    return WorkspaceSource(path: path, load: WorkspaceFile.load(path: path))
  }

  /// The file that somebody named, or the one in the directory that somebody named.
  private static func named(_ given: String) throws -> WorkspaceSource {
    let found: FileStatus?
    do throws(SystemError) {
      found = try Files.status(given)
    } catch {
      throw CommandError(.unusableWorkspace, Messages.unreachableWorkspace(given, error))
    }
    guard let status = found else {
      throw CommandError(.unusableWorkspace, Messages.noSuchWorkspace(given))
    }
    guard status.isDirectory else {
      return WorkspaceSource(path: given, load: WorkspaceFile.load(path: given))
    }
    let path = Paths.join(given, WorkspaceFile.name)
    guard Files.exists(path) else {
      throw CommandError(.unusableWorkspace, Messages.noWorkspace(in: given))
    }
    return WorkspaceSource(path: path, load: WorkspaceFile.load(path: path))
  }

  /// The workspace, with its problems told.
  ///
  /// - Throws: ``CommandError`` with every problem when it cannot be used.
  func usable(_ console: Console) throws -> Workspace {
    guard let workspace = load.workspace else {
      throw CommandError(.unusableWorkspace, Messages.unusable(self))
    }
    for problem in load.problems { console.warn(problem.line(naming: path)) }
    return workspace
  }
}
