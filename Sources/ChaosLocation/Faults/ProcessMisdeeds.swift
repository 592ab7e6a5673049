import HanseFaults
import HanseSystem

/// What a step's code does with threads and processes.
struct ProcessMisdeeds {
  /// Where the processes that it has started are named, a line each, for whoever looks for them.
  static let processFile = "chaos.pids"
  private static let processLimit = 200
  private let settings: Settings

  init(_ settings: Settings) { self.settings = settings }

  func commit(_ fault: ProcessFault) async throws {
    switch fault {
    case .spin: spin(milliseconds: settings.milliseconds ?? 500)
    case .manyThreads: try startThreads()
    case .forkBomb:
      for _ in 0..<Self.processLimit { try Self.startHelper() }
      SelfProcess.exitNow(8)
    case .grandchildHoldsPipes:
      try Self.startHelper()
      SelfProcess.exitNow(9)
    case .grandchildOutlives:
      try Self.startHelper(shell: "trap '' TERM HUP INT; exec sleep 86400")
      SelfProcess.exitNow(9)
    case .daemon:
      try Self.note(Helper.start("/usr/bin/setsid", ["sleep", "86400"]))
      SelfProcess.exitNow(9)
    case .zombies:
      for _ in 0..<50 { try Self.note(Helper.start("/bin/true")) }
      SelfProcess.exitNow(9)
    case .stopItself: SelfProcess.raise(.stop)
    case .print:
      Swift.print("printed by a step")
      Main.say("{\"not\":\"protocol\"}\n", on: StandardStreams.standardOutput)
    }
  }

  /// Starts a process of the location's own group that stays until it is ended.
  ///
  /// It does not look at its pipes, as `tail` does, which ends with them.
  static func startHelper(shell: String = "exec sleep 86400") throws {
    try note(Helper.start("/bin/sh", ["-c", shell]))
  }

  private static func note(_ pid: Int32) throws {
    try Files.open(processFile, for: .appending).writeAll(Array("\(pid)\n".utf8))
  }

  private func spin(milliseconds: Int) {
    let deadline = MonotonicClock.milliseconds() + UInt64(milliseconds)
    let done = Monitor(0)
    let count = 8
    for _ in 0..<count {
      do {
        try OSThread.start(name: "chaos-spin") {
          var state: UInt64 = 1
          while MonotonicClock.milliseconds() < deadline {
            for _ in 0..<10_000 { state = state &* 6_364_136_223_846_793_005 &+ 1 }
          }
          done.update { $0 += state == 0 ? 2 : 1 }
        }
      } catch {
        done.update { $0 += 1 }
      }
    }
    done.wait { $0 >= count }
  }

  private func startThreads() throws {
    let release = Monitor(false)
    var threads: [OSThread] = []
    defer {
      release.update { $0 = true }
      for thread in threads { thread.join() }
    }
    for _ in 0..<200 {
      threads.append(
        try OSThread.start(name: "chaos-thread", stackSizeBytes: 1 << 16) { release.wait { $0 } }
      )
    }
  }
}
