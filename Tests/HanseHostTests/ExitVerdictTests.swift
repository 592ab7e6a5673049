import HanseCore
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

@testable import HanseHost

/// The words for how a process ended.
@Suite struct ExitVerdictTests {
  private static let limits: LocationLimits = {
    var limits = LocationLimits()
    limits.cpuTime = .seconds(10)
    limits.fileBytes = 1 << 30
    limits.memoryBytes = 1 << 30
    return limits
  }()

  private func verdict(
    _ status: HanseSystem.ExitStatus,
    limits: LocationLimits = limits,
    _ circumstances: ExitVerdict.Circumstances = .init()
  ) -> ExitVerdict.Verdict {
    ExitVerdict(limits: limits).verdict(on: status, circumstances)
  }

  private static func usage(_ bytes: Int64, _ time: Duration) -> ProcessUsage {
    ProcessUsage(peakResidentBytes: bytes, processorTime: time)
  }

  @Test func `an exit of its own is told as it was`() {
    #expect(verdict(.exited(0)) == .init(reason: "exit status 0"))
    #expect(verdict(.exited(127)) == .init(reason: "exit status 127"))
    #expect(verdict(.signaled(11, coreDumped: false)) == .init(reason: "signal 11 (SIGSEGV)"))
  }

  @Test func `a signal of the kernel is its limit, where there is one`() {
    let (time, file) = (
      verdict(.signaled(24, coreDumped: false)), verdict(.signaled(25, coreDumped: false))
    )
    #expect(
      time.reason == "killed: more processor time, over its limit of 10s (signal 24 (SIGXCPU))"
    )
    #expect(
      file.reason
        == "killed: wrote a file beyond its limit of 1 GiB (signal 25 (SIGXFSZ))"
    )
    #expect(time.code == .overLimit && file.code == .overLimit)
    // Without a limit of the host's, somebody else has sent it.
    let none = LocationLimits()
    #expect(
      verdict(.signaled(24, coreDumped: false), limits: none)
        == .init(reason: "signal 24 (SIGXCPU)")
    )
    #expect(
      verdict(.signaled(25, coreDumped: false), limits: none)
        == .init(reason: "signal 25 (SIGXFSZ)")
    )
  }

  @Test func `a process that ignored the warning was killed for its processor time`() {
    let found = verdict(
      .signaled(9, coreDumped: false),
      .init(usage: Self.usage(1 << 20, .seconds(15)), outOfMemoryKills: { 3 })
    )
    #expect(
      found
        == .init(
          reason: "killed: 15s of processor time, over its limit of 10s (signal 9 (SIGKILL))",
          code: .overLimit
        )
    )
  }

  @Test func `a kill that came with one of the kernel's is told with what it held`() {
    let usage = Self.usage(3 << 30, .seconds(1))
    let found = verdict(
      .signaled(9, coreDumped: false),
      .init(usage: usage, outOfMemoryKills: { 1 })
    )
    #expect(
      found
        == .init(
          reason:
            "signal 9 (SIGKILL), most likely from the kernel for want of memory: it held up to "
            + "3 GiB, and the kernel has just killed a process for that reason",
          code: .outOfMemory
        )
    )
    let grouped = verdict(
      .signaled(9, coreDumped: false),
      .init(usage: usage, isInCgroup: true, outOfMemoryKills: { 2 })
    )
    #expect(
      grouped
        == .init(
          reason: "killed by the kernel: over its limit of 1 GiB of memory (signal 9 (SIGKILL))",
          code: .overLimit
        )
    )
    let shared = verdict(
      .signaled(9, coreDumped: false),
      .init(usage: usage, isInCgroup: true, sharesLimits: true, outOfMemoryKills: { 1 })
    )
    #expect(
      shared.reason
        == "killed by the kernel: the processes of its location are over their limit of 1 GiB of "
        + "memory (signal 9 (SIGKILL))"
    )
  }

  @Test func `a kill of the host's own, or of a stranger's, is not called want of memory`() {
    let killed = ExitVerdict.Circumstances(wasKilled: true, outOfMemoryKills: { 1 })
    #expect(verdict(.signaled(9, coreDumped: false), killed).code == nil)
    #expect(verdict(.signaled(9, coreDumped: false)) == .init(reason: "signal 9 (SIGKILL)"))
  }

  @Test(arguments: [
    (
      127,
      "/x/ml: error while loading shared libraries: libq.so.6: cannot open shared object file: "
        + "No such file or directory",
      "its shared library \"libq.so.6\" is missing or cannot be loaded (libq.so.6: cannot open shared "
        + "object file: No such file or directory); install it, or build the location with "
        + "-static-stdlib"
    ),
    (
      1, "/x/ml: /lib/libc.so.6: version `GLIBC_2.99' not found (required by /x/ml)",
      "a shared library here is too old for it (/x/ml: /lib/libc.so.6: version `GLIBC_2.99' not found "
        + "(required by /x/ml)); build the location on this system, or one that is as old"
    ),
  ])
  func `what the loader says is explained, before the handshake alone`(
    status: Int32,
    line: String,
    words: String
  ) {
    let tail = ["something before", line, "something after"]
    let early = verdict(.exited(status), .init(hasAnswered: false, tail: tail))
    #expect(early == .init(reason: "\(words); exit status \(status)", code: .loader))
    let late = verdict(.exited(status), .init(hasAnswered: true, tail: tail))
    #expect(late == .init(reason: "exit status \(status)"))
    let other = verdict(.exited(3), .init(hasAnswered: false, tail: tail))
    #expect(other == .init(reason: "exit status 3"))
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1 << 30, "1 GiB"),
      (1_288_490_189, "1.2 GiB"), (5 << 40, "5 TiB"), (5000 << 40, "5000 TiB"),
    ] as [(Int64, String)]
  )
  func `amounts have a unit and at most one digit after the point`(bytes: Int64, text: String) {
    #expect(ByteText.text(bytes) == text)
  }

  @Test func `a mark is read as it was written, and nothing else is`() {
    let mark = ProcessMark(
      host: "ab12",
      location: "ml",
      generation: Generation(7),
      state: "/tmp/a b/.hanse"
    )
    #expect(mark.value == "ab12 ml 7 /tmp/a b/.hanse")
    #expect(ProcessMark(value: mark.value) == mark)
    for bad in ["", "x", "ab12 ml seven /tmp", "ab12 ml 7"] {
      #expect(ProcessMark(value: bad) == nil, "\(bad)")
    }
  }
}
