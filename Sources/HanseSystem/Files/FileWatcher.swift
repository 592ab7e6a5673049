import Glibc

/// Says when files may have changed, whatever lies at their paths and however it comes there.
///
/// A path may be missing, and so may the directories on it; it may lead through symbolic links, in
/// its last part or before; and the directories may be moved, deleted and made anew. Each directory
/// that the way to the file leads through is watched, that of a link as well as that of its target,
/// and the way is looked up again when a part of it changes.
///
/// A report says that it is worth looking, not what there is to see: look after ``add(_:)``, and
/// after each report. Confined to one thread.
package final class FileWatcher {
  /// What may have happened.
  package struct Changes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Somebody who had the file open for writing has closed it.
    package static let written = Changes(rawValue: 1)
    /// Permissions, owner, times or the number of links.
    package static let attributes = Changes(rawValue: 2)
    /// Created, or moved or linked there.
    package static let appeared = Changes(rawValue: 4)
    /// Deleted, or moved away.
    package static let vanished = Changes(rawValue: 8)
    /// A directory or a symbolic link on the way to the file has come, gone or changed.
    package static let way = Changes(rawValue: 16)
    /// The kernel has lost reports: anything may have happened.
    package static let unknown = Changes(rawValue: 32)
    /// Something was written to it; whoever writes may go on.
    ///
    /// Reported only for what ``FileWatcher/add(_:noticingWrites:)`` was asked to.
    package static let modified = Changes(rawValue: 64)
  }

  /// A path and what may have happened to it since the last report.
  package struct Report: Hashable, Sendable {
    package var path: String
    package var changes: Changes
  }

  /// The links on one path after which it is taken to lead nowhere, as the kernel does.
  private static let mostLinks = 40

  /// An entry of a directory that a path leads through.
  private struct Stage: Hashable {
    var watch: DirectoryWatcher.Watch
    var name: String
    /// Whether the path, or the target of a link at its end, ends with this entry.
    var isLast: Bool
  }

  private let directories: DirectoryWatcher
  /// For each watched path, the entries that it leads through.
  private var stages: [String: Set<Stage>] = [:]
  /// Those of which every write is reported.
  private var written: Set<String> = []
  /// The other way round: which paths lead through a directory.
  private var users: [DirectoryWatcher.Watch: Set<String>] = [:]

  package init() throws(SystemError) { directories = try DirectoryWatcher() }

  /// Readable while there is something to report.
  package var descriptor: Descriptor { directories.descriptor }

  /// How many directories are watched.
  package var directoryCount: Int { users.count }

  /// Watches a path; nothing happens if it is watched already.
  ///
  /// A directory on the way that this user may not read is left out: what happens there goes
  /// unnoticed.
  ///
  /// - Parameters:
  ///   - path: An absolute path; it does not have to exist.
  ///   - noticingWrites: Whether each write counts, as for a log that stays open, and not only the
  ///     closing by whoever wrote.
  /// - Throws: `ENOSPC` when the user's limit of watches is reached, `EINVAL` for a relative path.
  package func add(_ path: String, noticingWrites: Bool = false) throws(SystemError) {
    guard stages[path] == nil else { return }
    guard Paths.isAbsolute(path) else {
      throw SystemError(operation: "watch", number: EINVAL, subject: path)
    }
    stages[path] = []
    if noticingWrites { written.insert(path) }
    do {
      try lookUp(path)
    } catch {
      remove(path)
      throw error
    }
  }

  package func remove(_ path: String) {
    replaceStages(of: path, with: [])
    stages[path] = nil
    written.remove(path)
  }

  /// What has happened since the last call: each path once, in the order in which they were noticed.
  ///
  /// - Throws: When the reports cannot be read, or a new directory cannot be watched.
  package func takeReports() throws(SystemError) -> [Report] {
    var reports: [Report] = []
    var places: [String: Int] = [:]
    for notice in try directories.takeNotices() {
      for (path, changes) in meaning(of: notice) {
        if let place = places[path] {
          reports[place].changes.formUnion(changes)
        } else {
          places[path] = reports.count
          reports.append(Report(path: path, changes: changes))
        }
      }
    }
    for report in reports where report.changes.mayRedirect { try lookUp(report.path) }
    return reports
  }

  /// The paths that a notice is about.
  private func meaning(of notice: DirectoryWatcher.Notice) -> [(String, Changes)] {
    guard let watch = notice.watch else { return stages.keys.sorted().map { ($0, .unknown) } }
    let paths = users[watch, default: []].sorted()
    guard let name = notice.name else {
      return notice.changes.contains(.way) ? paths.map { ($0, .way) } : []
    }
    return paths.compactMap { path in
      let stages = stages[path, default: []]
      if stages.contains(Stage(watch: watch, name: name, isLast: true)) {
        return (path, notice.changes)
      }
      let isOnWay = stages.contains(Stage(watch: watch, name: name, isLast: false))
      return isOnWay && notice.changes.mayRedirect ? (path, .way) : nil
    }
  }

  // MARK: The way to a file

  /// Follows a path as the kernel would, and watches each directory before it looks at the entry: so
  /// no change can fall between the two.
  private func lookUp(_ path: String) throws(SystemError) {
    var found: Set<Stage> = []
    var parts = Self.parts(of: path)
    var directory = "/"
    var links = 0
    while let part = parts.popLast() {
      if part == ".." {
        directory = Paths.directory(of: directory)
        continue
      }
      let isLast = parts.isEmpty
      let depth: DirectoryWatcher.Depth =
        isLast ? (written.contains(path) ? .writes : .contents) : .names
      switch try watch(directory, depth) {
      case .watched(let watch): found.insert(Stage(watch: watch, name: part, isLast: isLast))
      case .hidden: break
      case .missing: parts = []
      }
      let entry = Paths.join(directory, part)
      if let target = Files.linkTarget(entry) {
        links += 1
        if links > Self.mostLinks { break }
        parts += Self.parts(of: target)
        if Paths.isAbsolute(target) { directory = "/" }
      } else {
        directory = entry
      }
    }
    replaceStages(of: path, with: found)
  }

  private enum Outcome {
    case watched(DirectoryWatcher.Watch)
    /// This user may not read it.
    case hidden
    case missing
  }

  private func watch(
    _ directory: String,
    _ depth: DirectoryWatcher.Depth
  ) throws(SystemError) -> Outcome {
    do {
      return .watched(try directories.add(directory, depth))
    } catch {
      switch error.number {
      case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: return .missing
      case EACCES, EPERM: return .hidden
      default: throw error
      }
    }
  }

  /// The parts of a path, last first.
  private static func parts(of path: String) -> [String] {
    path.split(separator: "/").lazy.map(String.init).filter { $0 != "." }.reversed()
  }

  private func replaceStages(of path: String, with new: Set<Stage>) {
    let old = Set(stages[path, default: []].map(\.watch))
    let kept = Set(new.map(\.watch))
    stages[path] = new
    for watch in kept { users[watch, default: []].insert(path) }
    for watch in old.subtracting(kept) {
      users[watch]?.remove(path)
      if users[watch]?.isEmpty == true {
        users[watch] = nil
        directories.remove(watch)
      }
    }
  }
}

extension FileWatcher.Changes {
  /// Whether the path may lead elsewhere now.
  fileprivate var mayRedirect: Bool {
    !isDisjoint(with: [.appeared, .vanished, .way, .unknown])
  }
}
