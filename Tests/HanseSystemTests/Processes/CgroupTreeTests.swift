import HanseSystem
import Testing

/// The kernel's own tree of cgroups, where this user may make a group in it.
private enum RealTree {
  static let root = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
    CgroupDelegation.Places().isCgroup2($0)
  }

  /// Why there is nothing to test; nil where there is.
  static let obstacle: String? = {
    guard let root else { return "no cgroup v2 tree is mounted" }
    let trial = Cgroup(path: Paths.join(root, "hanse-trial-\(SelfProcess.pid)"))
    do throws(SystemError) {
      try Files.createDirectories(trial.path)
      defer { trial.discard() }
      // Since Linux 5.14.
      return Files.exists(Paths.join(trial.path, "cgroup.kill")) ? nil : "no cgroup.kill there"
    } catch {
      return "no group can be made in \(root): \(error)"
    }
  }()

  static func words(_ name: String) throws -> [String] {
    let bytes = try Files.read(Paths.join(root ?? "", name), limitBytes: 1 << 20)
    return String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}

@Suite(
  .enabled(if: RealTree.obstacle == nil, "\(RealTree.obstacle ?? "")"),
  .timeLimit(.minutes(10))
)
struct CgroupTreeTests {
  private let group: Cgroup

  init() throws {
    let name = "hanse-test-\(SelfProcess.pid)-\(Random.uint64())"
    group = Cgroup(path: Paths.join(try #require(RealTree.root), name))
    try Files.createDirectories(group.path)
  }

  private func membership(of pid: Int32) throws -> String? {
    let bytes = try Files.read("/proc/\(pid)/cgroup", limitBytes: 1 << 16)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
  }

  /// Starts a shell in the group, which starts a process in a session of its own.
  ///
  /// The shell does not wait for that process: it would end by itself if the kernel killed it last.
  /// Neither is a `tail -f`, which ends by itself when nobody reads its output any more.
  private func start() throws -> (child: ChildProcess, fled: Int32) {
    let output = try Pipe.make()
    let null = try StandardStreams.nullDevice()
    var request = SpawnRequest(
      executable: "/bin/sh",
      arguments: ["-c", "setsid sh -c 'echo $$; exec sleep infinity' & exec sleep infinity"],
      environment: Environment.all(),
      standardInput: null,
      standardOutput: output.writing,
      standardError: null
    )
    request.fences.cgroup = try group.door()
    let child = try ChildProcess.spawn(request)
    output.writing.close()
    var bytes: [UInt8] = []
    while bytes.last != UInt8(ascii: "\n") {
      guard case .bytes = try output.reading.read(into: &bytes, upTo: 64) else { break }
    }
    return (child, try #require(Int32(String(decoding: bytes.dropLast(), as: UTF8.self))))
  }

  @Test func `a child begins in its group, and all of it is killed whatever session it is in`()
    throws
  {
    let (child, fled) = try start()
    defer { group.discard() }
    for pid in [child.pid, fled] {
      let name = try #require(group.path.split(separator: "/").last)
      #expect(try membership(of: pid)?.hasSuffix("/\(name)") == true)
    }
    let busy = #expect(throws: SystemError.self) { try group.remove() }
    #expect(busy?.symbol == "EBUSY")
    try group.kill()
    #expect(try child.waitForExit() == .signaled(9, coreDumped: false))
    #expect(try ForeignProcess.waitForEnd(of: fled, limitMilliseconds: 30_000))
    try group.remove()
    #expect(!Files.exists(group.path))
  }

  @Test func `a group is removed with the groups in it`() throws {
    for name in ["a", "a/b", "c"] { try Files.createDirectories(Paths.join(group.path, name)) }
    group.discard()
    #expect(!Files.exists(group.path))
  }

  @Test func `what the kernel's tree lacks for limits is said`() throws {
    defer { group.discard() }
    var places = CgroupDelegation.Places()
    places.root = try #require(RealTree.root)
    let path = Paths.join(
      places.root,
      String(try membership(of: SelfProcess.pid)?.dropFirst() ?? "")
    )
    guard path == places.root else { return }
    let available = try RealTree.words("cgroup.controllers")
    let missing = ["memory", "pids", "cpu"].filter { !available.contains($0) }
    guard case .failure(let refusal) = CgroupDelegation.find(in: places) else {
      Issue.record("the whole machine was handed over")
      return
    }
    let reason =
      missing.isEmpty
      ? "other processes share the cgroup of this one"
      : "it has no controller \(missing.joined(separator: ", "))"
    #expect(refusal.description == "not delegated: \(reason)")
  }
}
