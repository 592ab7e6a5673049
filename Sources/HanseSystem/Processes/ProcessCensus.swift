import CPosix
import Glibc

/// Counts, again and again, what children and all that they started use.
///
/// A process belongs to a child if it is in its session or its group, or was started by one that
/// belongs to it: then it still does after it has left both. Only a process that leaves and loses
/// its parent between two counts is missed.
package struct ProcessCensus {
  /// What a child and its descendants use together.
  package struct Use: Hashable, Sendable {
    package var pids: [Int32] = []
    /// The same processes, named for good.
    package var processes: [ProcessIdentity] = []
    /// Whether the child itself does not run: SIGSTOP, or a debugger.
    package var isStopped = false
    /// Threads, the first of each process included.
    package var tasks = 0
    /// Memory that several of them share is counted for each.
    package var residentBytes: Int64 = 0

    package init() {}
  }

  private struct Member {
    var leader: Int32
    var started: UInt64
  }

  private static let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
  /// So often those that were found foreign are looked at again, for their number may have gone to
  /// another process.
  private static let roundsBetweenFullLooks = 16

  private var members: [Int32: Member] = [:]
  private var foreign: Set<Int32> = []
  private var round = 0
  private var numbers: [Int32] = []

  package init() {}

  /// Counts what the children use now.
  ///
  /// - Parameter leaders: The children, not reaped, each leading a group of its own.
  /// - Returns: What each of them uses; nothing for one that has ended.
  /// - Throws: If `/proc` cannot be listed.
  package mutating func count(_ leaders: [Int32]) throws(SystemError) -> [Int32: Use] {
    round += 1
    if round % Self.roundsBetweenFullLooks == 0 { foreign = [] }
    let known = Set(leaders)
    var uses: [Int32: Use] = [:]
    var present: [Int32: Member] = [:]
    var unclear: [(pid: Int32, process: cposix_process)] = []
    numbers = try ProcessIdentity.allPids(expecting: numbers.count)
    for pid in numbers where known.contains(pid) || !foreign.contains(pid) {
      var process = cposix_process()
      guard unsafe cposix_process_read(pid, &process) == 0 else { continue }
      if let leader = leader(of: pid, process, known, present) {
        present[pid] = Member(leader: leader, started: process.started)
        uses[leader, default: Use()].add(pid, process)
        if pid == leader { uses[leader]?.isStopped = ProcessIdentity.isStopped(process) }
      } else {
        unclear.append((pid, process))
      }
    }
    // A child's number can be lower than its parent's, and was then looked at before it.
    while let index = unclear.firstIndex(where: { present[$0.process.parent] != nil }) {
      let (pid, process) = unclear.remove(at: index)
      guard let parent = present[process.parent] else { continue }
      present[pid] = Member(leader: parent.leader, started: process.started)
      uses[parent.leader, default: Use()].add(pid, process)
    }
    members = present
    foreign = foreign.intersection(numbers).union(unclear.map(\.pid))
    return uses
  }

  private func leader(
    of pid: Int32,
    _ process: cposix_process,
    _ leaders: Set<Int32>,
    _ present: [Int32: Member]
  ) -> Int32? {
    for candidate in [process.group, process.session] where leaders.contains(candidate) {
      return candidate
    }
    let earlier = members[pid]
    if let earlier, earlier.started == process.started, leaders.contains(earlier.leader) {
      return earlier.leader
    }
    return present[process.parent]?.leader
  }
}

extension ProcessCensus.Use {
  fileprivate mutating func add(_ pid: Int32, _ process: cposix_process) {
    pids.append(pid)
    processes.append(ProcessIdentity(pid: pid, started: process.started))
    tasks += Int(process.tasks)
    residentBytes += process.resident_pages * ProcessCensus.bytesOfPage
  }
}

extension ProcessCensus {
  fileprivate static var bytesOfPage: Int64 { pageBytes }

  /// The memory of processes that nothing but them keeps: what is shared is counted once, and what
  /// the kernel can read again from a file not at all.
  ///
  /// Takes about 10 ms for each GiB, so look at ``Use/residentBytes`` first. A process that has
  /// ended counts for nothing.
  package static func ownBytes(of pids: [Int32]) -> Int64 {
    var total: Int64 = 0
    for pid in pids {
      do throws(SystemError) {
        let bytes = try Files.read("/proc/\(pid)/smaps_rollup", limitBytes: 1 << 16)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
          let text = String(decoding: line, as: UTF8.self)
          guard text.hasPrefix("Pss_Anon:") || text.hasPrefix("Pss_Shmem:") else { continue }
          let words = text.split(separator: " ")
          if words.count >= 2, let kibibytes = Int64(words[1]) { total += kibibytes * 1024 }
        }
      } catch {
        continue
      }
    }
    return total
  }
}
