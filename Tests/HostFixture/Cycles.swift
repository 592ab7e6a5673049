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

  struct NotSettled: Error {
    var cycle: Int
  }
}
