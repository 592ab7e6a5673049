import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

/// Starts and stops hosts in one process, and tells what they leave behind.
///
/// A process of its own, because other tests open files and start threads at the same time.
enum Cycles {
  /// What a process holds.
  struct Holdings: Hashable, CustomStringConvertible {
    var descriptors: Int
    var threads: Int
    var children: Int

    init() throws {
      descriptors = try Files.list("/proc/self/fd").count
      let tasks = try Files.list("/proc/self/task")
      threads = tasks.count
      var children = 0
      for task in tasks {
        do throws(SystemError) {
          let path = "/proc/self/task/\(task)/children"
          let bytes = try Files.read(path, limitBytes: 1 << 16)
          children += String(decoding: bytes, as: UTF8.self).split(separator: " ").count
        } catch {
          // A thread that has just ended has no children.
          guard error.isNotFound || error.isNoSuchProcess else { throw error }
        }
      }
      self.children = children
    }

    var description: String {
      "\(descriptors) descriptors, \(threads) threads, \(children) children"
    }
  }

  static func run(_ configuration: HostConfiguration, count: Int, tell: (Holdings) -> Void) throws {
    for cycle in 0..<count {
      let host = try Host.start(configuration)
      // Every other one is stopped while its locations still start.
      if cycle % 2 == 0, host.waitUntilSettled(for: .seconds(30)) == nil {
        throw NotSettled(cycle: cycle)
      }
      host.stop()
      if let failure = host.waitUntilStopped() { throw failure }
      tell(try Holdings())
    }
  }

  /// Kills the first location's process again and again, each time once the one before is replaced.
  static func crash(
    _ configuration: HostConfiguration,
    count: Int,
    tell: (Holdings) -> Void
  ) throws {
    let host = try Host.start(configuration)
    defer {
      host.stop()
      _ = host.waitUntilStopped()
    }
    let name = configuration.workspace.locations[0].name
    var killed = 0
    for cycle in 0...count {
      let next = host.wait(for: .seconds(30)) { snapshot in
        let location = snapshot.locations.first { $0.name == name }
        return location?.state == .running && location?.processID != killed
      }
      guard let process = next?.locations.first(where: { $0.name == name })?.processID else {
        throw NotSettled(cycle: cycle)
      }
      tell(try Holdings())
      killed = process
      if cycle < count { ProcessIdentity(of: Int32(process))?.kill(waitingMilliseconds: 0) }
    }
  }

  struct NotSettled: Error {
    var cycle: Int
  }
}
