import HanseCore
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// A program that cannot be run is named, with where it is asked for and what to do.
@Suite(.timeLimit(.minutes(10))) struct ProgramFaultTests {
  private let fence: FenceBench

  init() throws { fence = try FenceBench() }

  struct Case: CustomTestStringConvertible, Sendable {
    var what: String
    /// Nil for no file at all.
    var bytes: [UInt8]?
    var mode: UInt32 = 0o755
    var code: FaultCode
    /// What is said after the file and its place.
    var words: String
    var testDescription: String { what }
  }

  /// The head of a 64-bit program, with the name of a loader if it has one.
  private static func program(machine: UInt8, loader: String? = nil) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 120)
    bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
    (bytes[16], bytes[18], bytes[20]) = (2, machine, 1)
    (bytes[32], bytes[52], bytes[54], bytes[56]) = (64, 64, 56, 1)
    guard let loader else { return bytes }
    let name = Array(loader.utf8) + [0]
    (bytes[64], bytes[72], bytes[96], bytes[104]) = (3, 120, UInt8(name.count), UInt8(name.count))
    return bytes + name
  }

  static let cases = [
    Case(
      what: "no file",
      bytes: nil,
      code: .executableMissing,
      words: "there is no file \"FILE\"; build it, or correct the path"
    ),
    Case(
      what: "a file without the right to be run",
      bytes: Array("#!/bin/sh\n".utf8),
      mode: 0o644,
      code: .executableDenied,
      words: "\"FILE\" is not executable; `chmod +x` makes it so"
    ),
    Case(
      what: "an empty file",
      bytes: [],
      code: .executableFormat,
      words: "\"FILE\" is empty; build it again"
    ),
    Case(
      what: "text",
      bytes: Array("hello\n".utf8),
      code: .executableFormat,
      words:
        "\"FILE\" is not a program that this machine can run; name the built program, or begin "
        + "a script with \"#!\" and its interpreter"
    ),
    Case(
      what: "a program for another machine",
      bytes: program(machine: 243),
      code: .executableFormat,
      words:
        "\"FILE\" is a program for riscv, and this machine is MACHINE; build it for this machine"
    ),
    Case(
      what: "a script without its interpreter",
      bytes: Array("#!/no/such/python3 -u\n".utf8),
      code: .interpreter,
      words:
        "\"FILE\" is run by \"/no/such/python3\", which is not there; install it, or correct the "
        + "first line of the script"
    ),
  ]

  @Test(arguments: cases)
  func `a program that cannot be run is told with its place and what to do`(fault: Case) throws {
    let bench = fence.bench
    let file = bench.path("program")
    if let bytes = fault.bytes {
      try Files.writeAtomically(file, bytes, durably: false)
      try Files.setPermissions(of: Files.open(file, for: .reading), fault.mode)
    }
    try fence.withHealthy(bench.entry("alpha", file)) { host in
      let seen = try host.awaits("the failure") { $0.location("alpha")?.reason != nil }
      let machine = Self.machine
      let words = fault.words.replacing("FILE", with: file).replacing("MACHINE", with: machine)
      #expect(
        seen.location("alpha")?.reason
          == "cannot be started: workspace.json:3:1: \"executable\": \(words)"
      )
      let failure = host.inspect { $0.locations["alpha"]?.lastFailure } ?? nil
      #expect(failure?.code == fault.code)
      // Nothing is tried again until the file is another, and nothing is told twice.
      #expect(seen.location("alpha")?.state == .quarantined)
      #expect(seen.location("alpha")?.failures == 1)
      try host.event("the failure, durable") { $0.payload.kind == "location.failed" }
      let told = try host.makeReader().events(after: 0, limit: .max).map(\.record.payload.kind)
      #expect(told.count { $0 == "location.failed" } == 1)
    }
  }

  @Test(arguments: ["missing", "not executable", "empty"])
  func `a program that is put right is started at once`(before: String) throws {
    let bench = fence.bench
    bench.keepsGenerations = true
    let program = try Bench.program("FixtureLocation")
    let file = bench.path("program")
    switch before {
    case "not executable": try bench.shell("cp \(program) \(file); chmod 644 \(file)")
    case "empty": try bench.shell(": > \(file); chmod 755 \(file)")
    default: break
    }
    try fence.withHealthy(bench.entry("alpha", file, "", ["FIXTURE_NAME": "alpha"])) { host in
      try host.awaits("the quarantine") { $0.location("alpha")?.state == .quarantined }
      switch before {
      case "not executable": try bench.shell("chmod 755 \(file)")
      default: try bench.shell("cp \(program) \(file).new; mv \(file).new \(file)")
      }
      try host.awaits("the location") {
        $0.location("alpha")?.state == .running && $0.has("alpha/left")
      }
      #expect(try host.run("alpha/left").status == .succeeded)
    }
  }

  @Test func `a program whose loader is not here is told so`() throws {
    let bench = fence.bench
    let file = bench.path("program")
    let loader = "/lib/ld-musl-nowhere.so.1"
    // The machine's own kind, or it would not come to the loader.
    var bytes = Self.program(machine: Self.machine == "aarch64" ? 183 : 62, loader: loader)
    bytes += [UInt8](repeating: 0, count: 4096)
    try Files.writeAtomically(file, bytes, durably: false)
    try Files.setPermissions(of: Files.open(file, for: .reading), 0o755)
    try fence.withHealthy(bench.entry("alpha", file)) { host in
      let seen = try host.awaits("the failure") { $0.location("alpha")?.reason != nil }
      #expect(
        seen.location("alpha")?.reason
          == "cannot be started: workspace.json:3:1: \"executable\": \"\(file)\" is run by "
          + "\"\(loader)\", which is not there; the program was built for another system; build it "
          + "on this one"
      )
      let failure = host.inspect { $0.locations["alpha"]?.lastFailure } ?? nil
      #expect(failure?.code == .interpreter)
    }
  }

  @Test(arguments: [
    ("nowhere", "there is no directory \"PATH\"; make it, or correct the path"),
    ("location.sh", "\"PATH\" cannot be entered: Not a directory (ENOTDIR); correct the path"),
  ])
  func `a working directory that cannot be entered is told with its place and what to do`(
    name: String,
    words: String
  ) throws {
    let bench = fence.bench
    let path = bench.path(name)
    let members = #""workingDirectory":"\#(path)""#
    try fence.withHealthy(bench.entry("alpha", "/bin/true", "", [:], members)) { host in
      let seen = try host.awaits("the failure") { $0.location("alpha")?.reason != nil }
      #expect(
        seen.location("alpha")?.reason
          == "cannot be started: workspace.json:3:1: \"workingDirectory\": "
          + words.replacing("PATH", with: path)
      )
      #expect(seen.location("alpha")?.fault == "LOC-SPAWN")
    }
  }

  @Test func `a missing shared library is named`() throws {
    let bench = fence.bench
    let file = bench.path("program")
    var bytes = try Files.read(try Files.realPath("/bin/true"), limitBytes: 8 << 20)
    let library = try #require(bytes.firstRange(of: "libc.so.6".utf8))
    bytes.replaceSubrange(library, with: "libq.so.6".utf8)
    try Files.writeAtomically(file, bytes, durably: false)
    try Files.setPermissions(of: Files.open(file, for: .reading), 0o755)
    try fence.withHealthy(bench.entry("alpha", file)) { host in
      let seen = try host.awaits("the failure") {
        $0.location("alpha")?.reason?.contains("before the handshake") == true
      }
      #expect(
        seen.location("alpha")?.reason
          == "its shared library \"libq.so.6\" is missing or cannot be loaded "
          + "(libq.so.6: cannot open shared object file: No such file or directory); install it, or "
          + "build the location with -static-stdlib; exit status 127 before the handshake"
      )
      let failure = host.inspect { $0.locations["alpha"]?.lastFailure } ?? nil
      #expect(failure?.code == .loader)
    }
  }

  private static var machine: String {
    #if arch(arm64)
    "aarch64"
    #else
    "x86_64"
    #endif
  }
}
