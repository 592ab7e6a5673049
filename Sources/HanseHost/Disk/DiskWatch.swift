import HanseModel
import HanseSystem
import HanseWorkspace

/// Looks now and then at the place where the host writes, on a thread of its own: how much room is
/// left, and whether it is still the same place.
///
/// An event log without room is the end of a host. So runs are refused while there is still some,
/// and what is in flight can end. A state directory that is no longer at its path keeps no second
/// host out, and nobody will find what is written there.
final class DiskWatch: Sendable {
  /// What is looked at, and what for.
  struct Subject: Sendable {
    var state: StateDirectory
    var locations: [LocationName]
    var limitBytes: Int64
    var interval: Duration
    /// How much room there is; else the file system is asked.
    var freeBytes: (@Sendable () -> Int64)?
    /// What keeps a second host out.
    var lock: FileLock?
  }

  enum News: Sendable {
    /// There is too little room, or enough again.
    case shortage(DiskShortage?)
    /// The state directory is no longer the host's; said once, and nothing is looked at after it.
    case lost(HostError)
  }

  /// So many entries of a folder are looked at: a location may have any number.
  private static let entryLimit = 20_000

  private let isClosed = Monitor(false)
  private let thread: OSThread

  /// Begins to look.
  ///
  /// - Parameters:
  ///   - subject: What at.
  ///   - news: Called on the thread when something has changed.
  /// - Throws: If the thread cannot be started.
  init(
    _ subject: Subject,
    news: @escaping @Sendable (News) -> Void
  ) throws(SystemError) {
    thread = try OSThread.start(name: "hanse-disk") { [isClosed] in
      var known: DiskShortage?
      repeat {
        if let loss = Self.loss(of: subject) { return news(.lost(loss)) }
        let seen = Self.look(at: subject, isShort: known != nil)
        if seen != known { news(.shortage(seen)) }
        known = seen
      } while !Self.wait(isClosed, subject.interval)
    }
  }

  deinit { close() }

  /// Ends the thread, which is not waited for: the file system may hang, and the thread holds nothing.
  func close() { isClosed.update { $0 = true } }

  private static func wait(_ isClosed: Monitor<Bool>, _ interval: Duration) -> Bool {
    let deadline = MonotonicClock.milliseconds() + UInt64(max(1, interval.wholeMilliseconds))
    return isClosed.wait(untilMilliseconds: deadline) { $0 }
  }

  /// What became of the state directory; nil while it is the host's own.
  static func loss(of subject: Subject) -> HostError? {
    let place: FileLock.Place?
    do throws(SystemError) {
      place = try subject.lock?.place()
    } catch {
      // A path that cannot be looked at just now may still lead to it.
      return nil
    }
    let path = subject.state.path
    switch place {
    case .held, nil: return nil
    case .nothing:
      return HostError(
        .stateDirectory,
        "the state directory \(path) was removed or moved away while the host ran, so the host "
          + "stopped: nothing that happens could be found there again; put it back, or start "
          + "the host again with an empty one"
      )
    case .another:
      return HostError(
        .stateDirectory,
        "the state directory \(path) was replaced while the host ran, so the host stopped: another "
          + "host may work there now; see with `hanse doctor`, and start this one again if none does"
      )
    }
  }

  /// Looks once.
  ///
  /// - Parameters:
  ///   - subject: What at.
  ///   - isShort: Whether there was too little; it is enough again with twice the limit.
  /// - Returns: The shortage, or nil without one.
  static func look(at subject: Subject, isShort: Bool) -> DiskShortage? {
    let free: Int64
    do throws(SystemError) {
      if let told = subject.freeBytes {
        free = told()
      } else {
        free = try Files.freeBytes(subject.state.path)
      }
    } catch {
      // Whoever writes there will say what is wrong.
      return nil
    }
    guard free < (isShort ? 2 : 1) * subject.limitBytes else { return nil }
    let (eater, bytes) = largest(in: subject)
    return DiskShortage(
      directory: subject.state.path,
      freeBytes: free,
      limitBytes: subject.limitBytes,
      eater: eater,
      eaterBytes: bytes
    )
  }

  /// What takes the most, if that is more than a hundredth of what is needed.
  private static func largest(in subject: Subject) -> (DiskShortage.Eater?, Int64) {
    let state = subject.state
    var found: [(eater: DiskShortage.Eater, bytes: Int64)] = [
      (.eventLog, size(of: state.eventLog) + size(of: state.eventLog + "-wal"))
    ]
    for name in subject.locations {
      let log = state.computeLog(of: name)
      let files = [log] + (1..<LocationLauncher.logFiles).map { "\(log).\($0)" }
      found.append((.computeLog(name), files.reduce(0) { $0 + size(of: $1) }))
      found.append((.folder(name), treeSize(of: state.folder(of: name))))
    }
    let most = found.max { $0.bytes < $1.bytes }
    guard let most, most.bytes >= max(1, subject.limitBytes / 100) else { return (nil, 0) }
    return (most.eater, most.bytes)
  }

  private static func size(of path: String) -> Int64 {
    do throws(SystemError) {
      return Int64(try Files.status(path)?.size ?? 0)
    } catch {
      // What cannot be looked at counts for nothing.
      return 0
    }
  }

  private static func treeSize(of folder: String) -> Int64 {
    var (bytes, entries): (Int64, Int) = (0, 0)
    var left = [folder]
    while let folder = left.popLast(), entries < entryLimit {
      let names: [String]
      do throws(SystemError) { names = try Files.list(folder) } catch { continue }
      for name in names where entries < entryLimit {
        entries += 1
        let path = Paths.join(folder, name)
        do throws(SystemError) {
          guard let entry = try Files.entry(path) else { continue }
          if entry.isDirectory { left.append(path) } else { bytes += entry.sizeBytes }
        } catch { continue }
      }
    }
    return bytes
  }
}

extension DiskWatch.Subject {
  init(_ configuration: HostConfiguration, _ state: StateDirectory, _ lock: FileLock) {
    self.init(
      state: state,
      locations: configuration.workspace.locations.map(\.name),
      limitBytes: configuration.leastFreeBytes,
      interval: configuration.diskInterval,
      freeBytes: configuration.faults.freeBytes,
      lock: lock
    )
  }
}
