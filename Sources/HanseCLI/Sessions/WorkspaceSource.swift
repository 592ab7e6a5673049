import HanseHost
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

  /// The host that runs the file, which it has read while that could be used; nil when none is found.
  ///
  /// A file that cannot be used does not say where the state is, so only the default place is
  /// looked at, and the host there has to say that this file is its own.
  var hostBesideUnusable: RunningHost? {
    guard load.workspace == nil else { return nil }
    let file = load.problems.first?.file ?? path
    let state = Paths.join(Paths.directory(of: file), StorageEntry().path)
    return RunningHost.find(StateDirectory(path: state)).flatMap { $0.runs(file) ? $0 : nil }
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
