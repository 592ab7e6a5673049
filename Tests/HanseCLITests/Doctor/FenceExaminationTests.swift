import HanseAPI
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

@testable import HanseCLI

/// What the doctor says of the fences that this machine has.
@Suite(.timeLimit(.minutes(10))) struct FenceExaminationTests {
  private static let none = CgroupDelegation.Refusal(description: "none here")

  private func findings(
    _ locations: [LocationEntry] = [],
    landlock: Int
  ) -> [Finding] {
    FenceExamination.findings(
      locations,
      landlock: LandlockRuleset.Version(landlock),
      cgroups: .failure(Self.none)
    )
  }

  @Test(arguments: [
    (1, "Landlock ABI 1 fences files"), (4, "Landlock ABI 4 fences files, TCP"),
    (7, "Landlock ABI 7 fences files, TCP, signals"),
  ])
  func `what the kernel can fence is listed`(version: Int, message: String) {
    #expect(findings(landlock: version).first == .ok("sandbox", message))
  }

  @Test func `what nobody asks for is no fault`() {
    #expect(
      findings(landlock: 0) == [
        .ok("sandbox", "this kernel has no Landlock, so a location with a sandbox is refused"),
        .ok("cgroups", "no cgroup v2 (none here): memory is looked at each second instead"),
      ]
    )
  }

  @Test func `what a location asks for and is not here is one, with what to do`() {
    var location = LocationEntry()
    location.sandbox = SandboxEntry()
    location.limits.memoryBytes = 1 << 30
    let found = findings([location], landlock: 0)
    #expect(found.map(\.level) == [.error, .warning])
    #expect(
      found.map(\.fix) == [
        "use Linux 5.13 or later, started with Landlock",
        "run it as a service with Delegate=yes, or with `systemd-run --user --scope -p Delegate=yes`",
      ]
    )
  }

  @Test func `a group that is delegated is named`() throws {
    let group = try Self.delegation()
    let found = FenceExamination.findings([], cgroups: .success(group))
    #expect(found.last == .ok("cgroups", "cgroup v2 is delegated at \(group.path)"))
  }

  /// A tree that looks like the kernel's.
  private static func delegation() throws -> CgroupDelegation {
    let root = try Files.makeTemporaryDirectory(prefix: "hanse-cgroup-")
    defer {
      do {
        try Files.removeTree(root)
      } catch {
        // Teardown: the system clears its temporary directory.
      }
    }
    func write(_ name: String, _ text: String) throws {
      try Files.writeAtomically(Paths.join(root, name), Array(text.utf8), durably: false)
    }
    try write("membership", "0::/\n")
    try write("cgroup.procs", "7\n")
    try write("cgroup.subtree_control", "")
    try write("cgroup.controllers", "cpu memory pids\n")
    var places = CgroupDelegation.Places()
    places.root = root
    places.membership = Paths.join(root, "membership")
    places.isCgroup2 = { _ in true }
    return try CgroupDelegation.find(pid: 7, in: places).get()
  }

  @Test func `a process that is a host alone hides itself`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let wasHidden = SelfProcess.isHidden
      _ = MachineFences.take()
      SelfProcess.exitNow(!wasHidden && SelfProcess.isHidden ? 7 : 8)
    }
  }

  @Test func `hanse doctor says what this machine has`() throws {
    let workspace = try TemporaryWorkspace()
    let doctor = try workspace.hanse("doctor", "--json")
    let found = try Page<Finding>.decode(doctor.output).items
    let version = LandlockRuleset.kernelVersion
    let sandbox = try #require(found.first { $0.subject == "sandbox" })
    #expect(sandbox.message.contains(version.number < 1 ? "no Landlock" : "\(version)"))
    #expect(found.contains { $0.subject == "cgroups" })
  }
}
