import HanseSystem

/// What the fixture does wrong, before it serves or instead.
enum Misbehaviour {
  static func begin(_ mode: String) {
    switch mode {
    case "exit-before-handshake":
      error("no database at db:5432")
      SelfProcess.exitNow(3)
    case "hang-at-start", "never-read": hang()
    case "slow-start": wait(milliseconds: number("FIXTURE_MILLISECONDS") ?? 500)
    case "garbage-stdout": output("Welcome to the observatory!\n")
    case "half-line":
      output("{\"jsonrpc\":\"2.0\",\"seq\":1,")
      SelfProcess.exitNow(0)
    case "huge-line":
      let piece = String(repeating: "x", count: 1 << 16)
      for _ in 0..<max(1, (number("FIXTURE_BYTES") ?? 16 << 20) >> 16) { output(piece) }
      hang()
    case "flood": flood()
    case "", "hang-in-definitions", "options", "hostile", "metadata", "resources", "vast": break
    default:
      error("there is no FIXTURE=\(mode)")
      SelfProcess.exitNow(2)
    }
  }

  static func hang() -> Never {
    let never = Monitor(false)
    while true { never.wait { $0 } }
  }

  /// Ends when the task is cancelled, and not before.
  static func untilCancelled() async {
    for await _ in AsyncStream<Void>(Void.self, { _ in }) {}
  }

  /// Writes a line to standard error, for a test that reads the compute log.
  static func tell(_ text: String) throws {
    try StandardStreams.standardError.writeAll(Array("\(text)\n".utf8))
  }

  /// What a process can see of the fences around it.
  static func describeProcess() throws -> [(String, String)] {
    // The listing itself has one open.
    let listing = try Files.list("/proc/self/fd").filter { Int($0).map { $0 > 2 } ?? false }
    var open: [String] = []
    for number in listing {
      // One that is gone was the listing's.
      guard let target = try? Files.realPath("/proc/self/fd/\(number)") else { continue }
      open.append(target)
    }
    let statistics = try Files.read("/proc/self/stat", limitBytes: 4096)
    let words = String(decoding: statistics, as: UTF8.self).split(separator: ")").last?.split(
      separator: " "
    )
    return [
      ("pid", "\(SelfProcess.pid)"),
      ("group", words.map { String($0[2]) } ?? ""),
      ("directory", try Files.currentDirectory()),
      ("environment", HanseSystem.Environment.all().keys.sorted().joined(separator: " ")),
      ("files", open.filter { $0.hasPrefix("/") }.sorted().joined(separator: " ")),
    ]
  }

  /// Adds a line to the file `FIXTURE_TALLY`, if there is one.
  static func tally(_ text: String) throws {
    guard let path = HanseSystem.Environment.value("FIXTURE_TALLY") else { return }
    try Files.open(path, for: .appending).writeAll(Array("\(text)\n".utf8))
  }

  private static func flood() -> Never {
    var sequence = 1
    while true {
      output(
        "{\"jsonrpc\":\"2.0\",\"seq\":\(sequence),\"method\":\"log\","
          + "\"params\":{\"level\":\"info\",\"message\":\"line \(sequence)\"}}\n"
      )
      sequence += 1
    }
  }

  private static func wait(milliseconds: Int) {
    let never = Monitor(false)
    never.wait(
      untilMilliseconds: MonotonicClock.milliseconds() + UInt64(milliseconds)
    ) { $0 }
  }

  private static func number(_ name: String) -> Int? {
    Environment.value(name).flatMap { Int($0) }
  }

  private static func output(_ text: String) { write(text, StandardStreams.standardOutput) }

  private static func error(_ text: String) { write(text + "\n", StandardStreams.standardError) }

  private static func write(_ text: String, _ stream: Descriptor) {
    do {
      try stream.writeAll(Array(text.utf8))
    } catch {
      // The host has closed the pipe: there is nobody left to misbehave to.
      SelfProcess.exitNow(1)
    }
  }
}
