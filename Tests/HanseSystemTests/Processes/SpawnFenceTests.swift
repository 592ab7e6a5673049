import HanseSystem
import Testing

/// What holds for a child from before its program begins.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct SpawnFenceTests {
  @Test func `a child is under every limit that it was started with`() throws {
    var fences = SpawnFences()
    fences.leadsSession = true
    fences.hasNoNewPrivileges = true
    fences.niceness = 3
    fences.fileModeMask = 0o077
    fences.outOfMemoryScore = 500
    fences.limits = [
      ResourceLimit(.openFiles, 64), ResourceLimit(.core, 0),
      ResourceLimit(.processorTime, 100, hard: 105), ResourceLimit(.file, 1 << 30),
      ResourceLimit(.addressSpace, 8 << 30),
    ]
    let script = """
      read -r _; umask; cat /proc/self/oom_score_adj /proc/self/stat /proc/self/limits \
      /proc/self/status
      """
    let child = try RunningShell(script, fences: fences)
    // It starts to look only now, when all that is done from outside is done.
    try child.input.writeAll(Array("go\n".utf8))
    let lines = try child.lines()
    #expect(lines.first == "0077")
    #expect(lines.dropFirst().first == "500")
    let statistics = try #require(lines.dropFirst(2).first).split(separator: " ").map(String.init)
    #expect(statistics[4] == "\(child.process.pid)" && statistics[5] == "\(child.process.pid)")
    #expect(statistics[6] == "0", "a terminal")
    let nice = try #require(Int(statistics[18]))
    #expect(nice == min(19, try Self.ownNice() + 3))
    func has(_ name: String, _ values: String) -> Bool {
      lines.contains { line in
        line.hasPrefix(name)
          && line.dropFirst(name.count).split(separator: " ").prefix(2).joined(separator: " ")
            == values
      }
    }
    #expect(has("Max open files", "64 64"), "\(lines)")
    #expect(has("Max core file size", "0 0"))
    #expect(has("Max cpu time", "100 105"))
    #expect(has("Max file size", "1073741824 1073741824"))
    #expect(has("Max address space", "8589934592 8589934592"))
    #expect(lines.contains("NoNewPrivs:\t1"))
  }

  private static func ownNice() throws -> Int {
    let bytes = try Files.read("/proc/self/stat", limitBytes: 4096)
    let words = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?
      .split(separator: " ")
    return try #require(words.flatMap { Int($0[16]) })
  }

  @Test func `a child that is bound to its thread is killed when that thread ends`() throws {
    let found = Monitor<RunningShell?>(nil)
    let go = Monitor(false)
    let thread = try OSThread.start(name: "mortal") {
      var fences = SpawnFences()
      fences.diesWithThread = true
      do {
        // It reads nothing, so that the end of its input would go unnoticed.
        let child = try RunningShell("exec sleep infinity", fences: fences)
        found.update { $0 = child }
        go.wait { $0 }
      } catch {
        Issue.record(error)
        found.notifyAll()
      }
    }
    found.wait { $0 != nil }
    let child = try #require(found.withLock { $0 })
    #expect(try child.process.reap() == nil)
    go.update { $0 = true }
    thread.join()
    #expect(try child.process.waitForExit() == .signaled(9, coreDumped: false))
  }

  @Test func `what a process uses is known after its end`() throws {
    let child = try RunningShell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
    #expect(child.process.usage == nil)
    #expect(try child.process.waitForExit() == .exited(0))
    let usage = try #require(child.process.usage)
    #expect(usage.peakResidentBytes > 100_000)
    #expect(usage.processorTime > .zero)
  }

  @Test func `a census finds what a child started, also what left its session`() throws {
    let child = try RunningShell(
      "sleep infinity & setsid sleep infinity & echo $!; read -r _"
    )
    let runaway = try #require(Int32(try child.nextLine()))
    var census = ProcessCensus()
    let use = try #require(try census.count([child.process.pid])[child.process.pid])
    #expect(use.pids.count == 3, "\(use)")
    #expect(use.tasks == 3)
    #expect(use.pids.contains(runaway) && use.pids.contains(child.process.pid))
    #expect(use.residentBytes > 100_000)
    #expect(ProcessCensus.ownBytes(of: use.pids) > 0)
    #expect(ProcessCensus.ownBytes(of: use.pids) < use.residentBytes)
    #expect(try census.count([]) == [:])
    #expect(ProcessIdentity(of: runaway)?.kill(waitingMilliseconds: 10_000) == true)
  }
}
