import HanseSystem
import Testing

/// The files of cgroup v2, in a tree that only looks like one: no kernel stands behind it.
@Suite struct CgroupTests {
  private let directory: TemporaryDirectory
  private var places = CgroupDelegation.Places()

  init() throws {
    directory = try TemporaryDirectory()
    try Files.createDirectories(directory.file("tree/user.slice"))
    try directory.write("membership", "4:memory:/old\n0::/user.slice\n")
    try directory.write("tree/user.slice/cgroup.procs", "77\n")
    try directory.write("tree/user.slice/cgroup.subtree_control", "")
    try directory.write("tree/user.slice/cgroup.controllers", "cpuset cpu io memory pids\n")
    places.root = directory.file("tree")
    places.membership = directory.file("membership")
    places.isCgroup2 = { _ in true }
  }

  private func reason() -> String? {
    guard case .failure(let refusal) = CgroupDelegation.find(pid: 77, in: places) else {
      return nil
    }
    return refusal.description
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Files.read(directory.file(path), limitBytes: 4096), as: UTF8.self)
  }

  @Test func `a group that is ours alone and has the controllers is delegated`() throws {
    let found = try CgroupDelegation.find(pid: 77, in: places).get()
    #expect(found.path == directory.file("tree/user.slice"))
  }

  @Test func `a tree of another kind is not used`() {
    var places = places
    places.isCgroup2 = { _ in false }
    guard case .failure(let refusal) = CgroupDelegation.find(pid: 77, in: places) else {
      Issue.record("it was used")
      return
    }
    #expect(refusal.description == "\(places.root) is not a cgroup v2 tree")
  }

  @Test func `a group with processes of others is not taken over`() throws {
    try directory.write("tree/user.slice/cgroup.procs", "77\n78\n")
    #expect(reason() == "not delegated: other processes share the cgroup of this one")
  }

  @Test func `a group without a controller is not taken over`() throws {
    try directory.write("tree/user.slice/cgroup.controllers", "cpu pids\n")
    #expect(reason() == "not delegated: it has no controller memory")
  }

  @Test func `a group that cannot be written is not delegated`() throws {
    try Files.remove(directory.file("tree/user.slice/cgroup.subtree_control"))
    let file = directory.file("tree/user.slice/cgroup.subtree_control")
    #expect(
      reason() == "not delegated: write \"\(file)\": No such file or directory (ENOENT)"
    )
  }

  @Test func `the host moves to a leaf and passes the controllers on`() throws {
    let found = try CgroupDelegation.find(pid: 77, in: places).get()
    try Files.createDirectories(directory.file("tree/user.slice/host"))
    try directory.write("tree/user.slice/host/cgroup.procs", "")
    try found.takeOver(pid: 77)
    #expect(try text("tree/user.slice/host/cgroup.procs") == "77")
    #expect(try text("tree/user.slice/cgroup.subtree_control") == "+memory +pids +cpu")
  }

  @Test func `a group that is claimed is ready for children, and empty of what was left in it`()
    throws
  {
    let folder = "tree/user.slice"
    for name in ["host", "old-g1", "new-g1"] {
      try Files.createDirectories(directory.file("\(folder)/\(name)"))
    }
    try directory.write("\(folder)/host/cgroup.procs", "")
    try directory.write("\(folder)/old-g1/cgroup.kill", "")
    for name in ["memory.max", "pids.max", "cpu.weight"] {
      try directory.write("\(folder)/new-g1/\(name)", "")
    }
    let group = try CgroupDelegation.claim(pid: 77, in: places).get()
    #expect(group.path == directory.file(folder))
    #expect(try text("\(folder)/host/cgroup.procs") == "77")
    #expect(try text("\(folder)/cgroup.subtree_control") == "+memory +pids +cpu")
    #expect(try text("\(folder)/old-g1/cgroup.kill") == "1")
    _ = try group.make("new-g1", Cgroup.Limits(tasks: 8, weight: 33))
    #expect(try text("\(folder)/new-g1/memory.max") == "max")
    #expect(try text("\(folder)/new-g1/pids.max") == "8")
    #expect(try text("\(folder)/new-g1/cpu.weight") == "33")
  }

  @Test func `a group that cannot be taken over is refused with the file`() throws {
    let file = directory.file("tree/user.slice/host/cgroup.procs")
    guard case .failure(let refusal) = CgroupDelegation.claim(pid: 77, in: places) else {
      Issue.record("it was claimed")
      return
    }
    #expect(
      refusal.description
        == "cannot be taken over: write \"77\" to \"\(file)\": No such file or directory (ENOENT)"
    )
  }

  @Test func `children that share limits have a group each, in one that has the limits`() throws {
    let found = try CgroupDelegation.find(pid: 77, in: places).get()
    let around = "tree/user.slice/alpha-all"
    try Files.createDirectories(directory.file("\(around)/alpha-g1"))
    for name in ["memory.max", "pids.max", "cpu.weight", "cgroup.subtree_control", "cgroup.kill"] {
      try directory.write("\(around)/\(name)", "")
    }
    for name in ["memory.oom.group", "cgroup.kill"] {
      try directory.write("\(around)/alpha-g1/\(name)", "")
    }
    let limits = Cgroup.Limits(memoryBytes: 1 << 30, tasks: 64, weight: 50)
    let group = try found.make("alpha-g1", in: "alpha-all", limits)
    #expect(group.path == directory.file("\(around)/alpha-g1"))
    #expect(try text("\(around)/memory.max") == "1073741824")
    #expect(try text("\(around)/pids.max") == "64")
    #expect(try text("\(around)/cpu.weight") == "50")
    #expect(try text("\(around)/cgroup.subtree_control") == "+memory +pids +cpu")
    // One of them dies as a whole, and the others do not die with it.
    #expect(try text("\(around)/alpha-g1/memory.oom.group") == "1")
    #expect(!Files.exists(directory.file("\(around)/memory.oom.group")))
    found.discardShared("alpha-all")
    #expect(try text("\(around)/cgroup.kill") == "1")
    found.discardShared("never-made")
  }

  @Test func `limits are written to the files of the group`() throws {
    let found = try CgroupDelegation.find(pid: 77, in: places).get()
    let folder = "tree/user.slice/alpha-g1"
    try Files.createDirectories(directory.file(folder))
    for name in ["memory.max", "memory.oom.group", "pids.max", "cpu.weight", "cgroup.kill"] {
      try directory.write("\(folder)/\(name)", "")
    }
    let limits = Cgroup.Limits(memoryBytes: 1 << 30, tasks: 64, weight: 50)
    let group = try found.make("alpha-g1", limits)
    #expect(try text("\(folder)/memory.max") == "1073741824")
    #expect(try text("\(folder)/memory.oom.group") == "1")
    #expect(try text("\(folder)/pids.max") == "64")
    #expect(try text("\(folder)/cpu.weight") == "50")
    #expect(group.outOfMemoryKills == 0)
    try directory.write("\(folder)/memory.events", "low 0\noom 2\noom_kill 3\n")
    #expect(group.outOfMemoryKills == 3)
    try group.kill()
    #expect(try text("\(folder)/cgroup.kill") == "1")
  }
}
