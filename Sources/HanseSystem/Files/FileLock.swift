import CPosix
import Glibc

/// A file that one process at a time may hold.
///
/// The kernel lets go of it when the process dies, however it dies. The file itself stays: removing
/// it would let two processes hold two files of one name.
package final class FileLock: Sendable {
  /// What came of asking for the lock.
  package enum Acquisition: Sendable {
    case locked(FileLock)
    /// Another holds it; its process where the file tells.
    case held(byPID: Int32?)
  }

  /// Who has a lock.
  package enum Holder: Hashable, Sendable {
    case nobody
    /// Some process; which one where the file tells.
    case process(Int32?)
  }

  /// What lies at the path of a lock that is held.
  package enum Place: Hashable, Sendable {
    case held
    /// Nothing: the file, or a directory on the way to it, was removed or moved away.
    case nothing
    /// Another file, which another process may hold.
    case another
  }

  private let file: Descriptor
  private let path: String
  private let (device, inode): (UInt64, UInt64)

  private init(_ file: Descriptor, _ path: String) throws(SystemError) {
    var info = Glibc.stat()
    try file.use("look at", path) { unsafe fstat($0, &info) }
    self.file = file
    self.path = path
    (device, inode) = (UInt64(info.st_dev), UInt64(info.st_ino))
  }

  deinit { release() }

  /// Asks for the lock at `path`, making the file if needed; never waits.
  package static func acquire(_ path: String) throws(SystemError) -> Acquisition {
    let file = try Files.open(path, for: .updatingOrCreating)
    do {
      try file.use("lock", path, cposix_lock_exclusively)
    } catch {
      if error.number != EWOULDBLOCK { throw error }
      return .held(byPID: try named(path))
    }
    try file.use("write", path) { ftruncate($0, 0) }
    try file.writeAll(Array("\(SelfProcess.pid)\n".utf8))
    return .locked(try FileLock(file, path))
  }

  /// Looks who has the lock at `path`, without taking it for a moment.
  ///
  /// So it keeps nobody from having it. A file that is not there is held by nobody.
  package static func holder(of path: String) throws(SystemError) -> Holder {
    let file: Descriptor
    do throws(SystemError) {
      file = try Files.open(path, for: .reading)
    } catch {
      if error.isNotFound { return .nobody }
      throw error
    }
    defer { file.close() }
    let isLocked = try file.use("look at the lock of", path, cposix_is_locked)
    return isLocked == 1 ? .process(try named(path)) : .nobody
  }

  /// Tells those who watch the file that something has happened; its content stays.
  package func touch() {
    do throws(SystemError) {
      try file.use("touch", nil, cposix_touch)
    } catch {
      // Released already: nobody waits for this holder any more.
    }
  }

  /// Looks whether the file that is held still is the one that others find.
  ///
  /// - Throws: When the path cannot be looked at, which says nothing about the file.
  package func place() throws(SystemError) -> Place {
    guard let found = try Files.status(path) else { return .nothing }
    return found.device == device && found.inode == inode ? .held : .another
  }

  /// Lets another process have the lock; further calls do nothing.
  package func release() {
    do {
      try file.use("clear the lock", nil) { ftruncate($0, 0) }
      // Closing alone would not do while a child that is just being spawned has a copy.
      try file.use("unlock", nil, cposix_unlock)
    } catch {
      // Teardown: released already, or the close below does what is left.
    }
    file.close()
  }

  /// The process named in the file, if there is such a process.
  ///
  /// A holder writes its number just after it has the lock; until then the file may name an earlier
  /// one, which no longer runs.
  private static func named(_ path: String) throws(SystemError) -> Int32? {
    let text = String(decoding: try Files.read(path, limitBytes: 4096), as: UTF8.self)
    guard let line = text.split(separator: "\n").first, let pid = Int32(line), pid > 0 else {
      return nil
    }
    return kill(pid, 0) == 0 || errno == EPERM ? pid : nil
  }
}
