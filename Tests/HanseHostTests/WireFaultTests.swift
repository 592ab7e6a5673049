import HanseCore
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// A fault that a location commits once, in the middle of a step, and what it costs.
struct WireFault: CustomTestStringConvertible {
  var name: String
  /// What the lost attempt's failure ends with.
  var reason: String
  /// The stable code of the process's end.
  var code: String
  var testDescription: String { name }

  private static let advice =
    "; standard output belongs to the protocol: print to standard error, or use context.logger"

  static let all = [
    WireFault(name: "garbage", reason: "Segmentation imminent" + advice, code: "WIRE-JSON"),
    WireFault(name: "not-utf8", reason: #"\xff\xfe"# + advice, code: "WIRE-UTF8"),
    WireFault(name: "batch", reason: #"[{"jsonrpc":"2.0"}]"# + advice, code: "WIRE-MESSAGE"),
    WireFault(
      name: "gap",
      reason: #"sent sequence number 8 after 2: a line was lost: {"jsonrpc":"2.0","seq":8,"#
        + #""method":"log","params":{"level":"info","message":"gap"}}"#,
      code: "WIRE-SEQ"
    ),
    WireFault(
      name: "huge",
      reason: "sent a line longer than its limit of 8388608 bytes: "
        + String(repeating: "x", count: 120) + "…",
      code: "WIRE-LINE"
    ),
    WireFault(name: "half", reason: "exit status 0", code: "LOC-CRASH"),
    WireFault(
      name: "half-and-stay",
      reason: "closed its standard output, but did not end, after 23 bytes of a line without an "
        + #"end: {"jsonrpc":"2.0","seq":"#,
      code: "WIRE-CLOSED"
    ),
    WireFault(
      name: "silent",
      reason: "closed its standard output, but did not end",
      code: "WIRE-CLOSED"
    ),
    WireFault(
      name: "no-input",
      reason: "closed its standard input, but did not end",
      code: "WIRE-PIPE"
    ),
    WireFault(name: "deaf", reason: "no answer to 2 pings in 200ms", code: "LOC-HUNG"),
    WireFault(
      name: "stopped",
      reason: "is stopped (SIGSTOP or a debugger): no answer to 2 pings in 200ms",
      code: "LOC-STOPPED"
    ),
    WireFault(name: "grandchild", reason: "exit status 3", code: "LOC-CRASH"),
    WireFault(name: "status", reason: "exit status 4", code: "LOC-CRASH"),
    WireFault(name: "signal", reason: "signal 11 (SIGSEGV)", code: "LOC-CRASH"),
  ]
}

@Suite(.timeLimit(.minutes(10))) struct WireFaultTests {
  @Test(arguments: WireFault.all)
  func `a fault costs the location its process, with the reason, and nobody else anything`(
    fault: WireFault
  ) throws {
    let bench = try Bench()
    if fault.name == "deaf" || fault.name == "stopped" {
      bench.limits.pingInterval = .milliseconds(100)
      bench.limits.missedPings = 2
    }
    if fault.name == "no-input" {
      // A ping is what notices it.
      bench.limits.pingInterval = .milliseconds(50)
      bench.limits.missedPings = 1000
    }
    let locations = [bench.script("alpha", fault.name), try bench.fixture("beta")]
    try bench.withHost(locations) { host in
      let settled = try host.settled()
      let bystander = try host.launch("beta/patient")
      try host.started("beta/patient", of: bystander)
      let course = try host.run("alpha/one")
      #expect(course.status == .succeeded, "\(course.message ?? "")")
      #expect(course.count("step.started", of: "alpha/one") == 2)
      let failure = try #require(course.failures(of: "alpha/one").first)
      #expect(failure.code == .lost)
      let message = failure.message.replacing(" while the step was running", with: "")
      #expect(message.hasSuffix(fault.reason), "\(failure.message)")
      let end = try host.event("the end of alpha") { record in
        record.location == "alpha" && record.payload.kind == "location.exited"
      }
      guard case .locationExited(_, false, _, let code) = end.record.payload else {
        throw NotAnEnd()
      }
      #expect(code == fault.code)
      // The neighbour has not noticed.
      let beta = try #require(host.snapshot.location("beta"))
      #expect(beta.processID == settled.location("beta")?.processID && beta.ignored.isEmpty)
      #expect(host.live(bystander)?.attempts.map(\.attempt) == [1])
      #expect(try host.run("beta/left").status == .succeeded)
      #expect(host.cancel(bystander, forced: false))
      #expect(try host.course(of: bystander).status == .canceled)
    }
  }

  @Test
  func `a location that never reads is ended when too much waits for it, and nobody else waits`()
    throws
  {
    let bench = try Bench()
    var configuration = try bench.configuration([
      bench.script("alpha", "deaf"), try bench.fixture("beta"),
    ])
    configuration.outboxBytes = 1 << 20
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    let settled = try host.settled()
    let bystander = try host.launch("beta/patient")
    try host.started("beta/patient", of: bystander)
    let first = try host.launch("alpha/one")
    try host.started("alpha/one", of: first)
    // The pipe takes 1 MiB as well.
    let long = String(repeating: "x", count: 400 << 10)
    let runs = try (0..<8).map { _ in
      try host.launch(RunRequest(selection: "alpha/one", tags: ["long": long], trigger: "test"))
    }
    let end = try host.event("the end of alpha") { record in
      record.location == "alpha" && record.payload.kind == "location.exited"
    }
    guard case .locationExited(let reason, false, _, let code) = end.record.payload else {
      throw NotAnEnd()
    }
    #expect(code == "WIRE-UNREAD")
    let words = reason.split(separator: ":", maxSplits: 1).last ?? ""
    #expect(
      words.wholeMatch(of: #/ does not read its input: [0-9.]+ [KM]iB wait to be written to it/#)
        != nil,
      "\(reason)"
    )
    for run in [first] + runs { #expect(try host.course(of: run).status == .succeeded) }
    #expect(host.snapshot.location("beta")?.processID == settled.location("beta")?.processID)
    #expect(host.live(bystander)?.attempts.map(\.attempt) == [1])
    #expect(host.cancel(bystander, forced: false))
    #expect(try host.course(of: bystander).status == .canceled)
  }

  @Test(arguments: [
    ("unasked", [IgnoredMessages.Kind.unaskedAnswers: 2]),
    ("unknown", [.unknownMethods: 2, .unknownEvents: 1]),
    ("malformed", [.malformedNotifications: 2]),
    ("foreign", [.foreignEvents: 1]),
  ])
  func `what means nothing is counted, and costs nobody anything`(
    fault: String,
    counts: [IgnoredMessages.Kind: Int]
  ) throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", fault), bench.script("beta")]) { host in
      let settled = try host.settled()
      let course = try host.run("alpha/one")
      // An answer that comes before its step's event is taken as it is.
      #expect(course.status == (fault == "unasked" ? .failed : .succeeded))
      let expected =
        fault == "unasked"
        ? counts.merging([.unaskedAnswers: 1, .foreignEvents: 1]) { $0 + $1 } : counts
      try host.awaits("the counts") { $0.location("alpha")?.ignored.byKind == expected }
      let alpha = try #require(host.snapshot.location("alpha"))
      #expect(alpha.processID == settled.location("alpha")?.processID && alpha.state == .running)
      #expect(try #require(host.snapshot.location("beta")).ignored.isEmpty)
    }
  }

  @Test func `an answer that cannot be read fails its step and no other, with the bytes`() throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", "odd-answer")]) { host in
      let settled = try host.settled()
      let failures = try host.run("alpha/one").failures(of: "alpha/one")
      #expect(failures.map(\.code) == [.protocol] && failures.first?.isRetryable == false)
      let message = try #require(failures.first).message
      #expect(
        message.replacing(/"(seq|id)":\d+/) { "\"\($0.1)\":N" }
          == #"location "alpha" sent a line that is not of the protocol: "some\x1bwhat" is not one of "#
          + #""succeeded", "failed", "canceled" in result.status (byte 41): "#
          + #"{"jsonrpc":"2.0","seq":N,"id":N,"result":{"status":"some\x5cu001bwhat"}}"#
      )
      #expect(try host.run("alpha/one").status == .succeeded)
      #expect(host.snapshot.location("alpha")?.processID == settled.location("alpha")?.processID)
    }
  }

  @Test func `a grandchild that keeps the pipes open ends with its group`() throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", "grandchild")]) { host in
      try host.settled()
      let failure = try #require(try host.run("alpha/one").failures(of: "alpha/one").first)
      let words = try #require(failure.standardErrorTail.last).split(separator: " ")
      let pid = try #require(words.last.flatMap { Int32($0) })
      #expect(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 10_000))
    }
  }

  @Test func `a flood of standard error holds up nobody, and is kept in rotated files`() throws {
    let bench = try Bench()
    // A shell answers no ping while it writes, however long that takes.
    bench.limits.pingInterval = .seconds(600)
    try bench.withHost([bench.script("alpha", "stderr"), bench.script("beta")]) { host in
      try host.settled()
      let flood = try host.launch("alpha/one")
      try host.started("alpha/one", of: flood)
      #expect(try host.run("beta/one").status == .succeeded)
      let course = try host.course(of: flood)
      #expect(course.status == .succeeded && course.failures(of: "alpha/one") == [])
      let names = try Files.list(host.state.computeLogs)
      let logs = names.filter { $0.hasPrefix("alpha.log") }
      #expect(logs.count > 1 && logs.count <= 4, "\(names)")
      for name in logs {
        let path = Paths.join(host.state.computeLogs, name)
        #expect(try #require(try Files.status(path)).size <= 16 << 20)
      }
    }
  }

  @Test func `a flood of events is cut to its limit, and what is left out is counted`() throws {
    let bench = try Bench()
    bench.eventsPerSecond = 200
    try bench.withHost([bench.script("alpha", "logs"), bench.script("beta")]) { host in
      try host.settled()
      let flood = try host.launch("alpha/one")
      try host.started("alpha/one", of: flood)
      #expect(try host.run("beta/one").status == .succeeded)
      let course = try host.course(of: flood)
      #expect(course.status == .succeeded)
      let events = try host.makeReader().events(after: 0, limit: .max)
      var (dropped, reports) = (0, 0)
      for event in events where event.record.location == "alpha" {
        guard case .eventsDropped(let count, let limit) = event.record.payload else { continue }
        #expect(limit == 200)
        dropped += count
        reports += 1
      }
      let kept = course.count("step.logged", of: "alpha/one")
      #expect(kept >= 400 && kept + dropped == 12_000, "\(kept) kept, \(dropped) dropped")
      #expect(dropped > 0 && reports < 60, "\(reports) reports")
    }
  }

  @Test func `a protocol version that the host does not speak is refused`() throws {
    let bench = try Bench()
    let alpha = bench.script("alpha", environment: ["VERSION": "9"])
    try bench.withHost([alpha, bench.script("beta")]) { host in
      let settled = try host.settled()
      #expect(
        settled.location("alpha")?.reason
          == "chose protocol version 9, which the host does not speak"
      )
      #expect(settled.location("beta")?.state == .running)
    }
  }

  @Test(arguments: [
    ("refuse-handshake", "refused the handshake: no license\\u{1b}[2J (code -32001)"),
    ("refuse-definitions", "could not give its definitions: no catalog (code -32603)"),
  ])
  func `a location that refuses to serve is told in its own words`(
    fault: String,
    reason: String
  ) throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", fault), bench.script("beta")]) { host in
      let settled = try host.settled()
      #expect(settled.location("alpha")?.reason == reason)
      #expect(settled.location("beta")?.state == .running)
    }
  }

  @Test func `a step that its location refuses has failed, and is not tried again`() throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", "refuse-step")]) { host in
      try host.settled()
      let failures = try host.run("alpha/one").failures(of: "alpha/one")
      #expect(
        failures.map(\.message) == [
          "location \"alpha\" refused the step: not on Sundays (code -32600)"
        ]
      )
    }
  }

  @Test func `a step that succeeded without its materialization has failed`() throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", "no-report")]) { host in
      try host.settled()
      let course = try host.run("alpha/one")
      #expect(course.status == .failed)
      #expect(
        course.failures(of: "alpha/one").map(\.message) == [
          "location \"alpha\" said that the step succeeded without reporting a "
            + "materialization of asset \"alpha/one\""
        ]
      )
    }
  }

  static let ignored: [(String, String, String)] = [
    (
      "foreign", "foreign-asset",
      "reported a materialization of asset \"somebody/elses\" for run RUN, step alpha/one, "
        + "attempt 1, which makes \"alpha/one\""
    ),
    (
      "past", "attempt-not-in-flight",
      "reported a log record for run RUN, step alpha/one, attempt 7, which is not in flight"
    ),
  ]

  @Test(arguments: ignored)
  func `what a location reports of what is not its own is counted, recorded and without effect`(
    fault: String,
    code: String,
    message: String
  ) throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", fault), try bench.fixture("beta")]) { host in
      try host.settled()
      let run = try host.launch("alpha/one")
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(course.count("step.logged", of: "alpha/one") == 0)
      #expect(try host.makeReader().latestMaterializations().map(\.asset) == ["alpha/one"])
      try host.awaits("the count") { $0.location("alpha")?.ignored[.foreignEvents] == 1 }
      #expect(host.snapshot.location("beta")?.ignored.isEmpty == true)
      let told = try host.makeReader().events(after: 0, limit: .max).map(\.record)
        .filter { $0.payload.kind == "location.reports-ignored" }
      #expect(told.map(\.location) == ["alpha"] && told.map(\.generation) == [Generation(1)])
      let expected = message.replacing("RUN", with: run.text)
      #expect(
        told.map(\.payload) == [.reportsIgnored(count: 1, code: code, message: expected)]
      )
    }
  }

  @Test func `definitions without end stop at their limit, and nobody else notices`() throws {
    let bench = try Bench()
    bench.definitionsBytes = 1 << 20
    try bench.withHost([bench.script("alpha", "pages"), try bench.fixture("beta")]) { host in
      let settled = try host.settled()
      let failed = try host.awaits("the limit") { $0.location("alpha")?.reason != nil }
      #expect(
        failed.location("alpha")?.reason == "sent more than 1048576 bytes of definitions, the limit"
      )
      #expect(settled.location("beta")?.state == .running)
      #expect(try host.run("beta/left").status == .succeeded)
      // The host asked for no more than it was ready to keep: 20 pages of 50 kB and the one too many.
      let asked = try bench.text("alpha.mark").split(separator: "\n")
      let first = try #require(asked.first)
      let pages = asked.count { $0 == first }
      #expect(pages == 21)
    }
  }

  @Test func `what a process says at length before it ends counts, and comes before its end`()
    throws
  {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", "last-words"), try bench.fixture("beta")]) { host in
      try host.settled()
      var kinds: [String] = []
      _ = try host.event("the end of alpha") { record in
        guard record.location == "alpha" else { return false }
        kinds.append(record.payload.kind)
        return record.payload.kind == "location.exited"
      }
      #expect(kinds == ["location.starting", "location.loaded", "location.exited"])
      #expect(try host.run("beta/left").status == .succeeded)
    }
  }

  @Test func `the log of a location has its lines with time and generation`() throws {
    let bench = try Bench()
    try bench.withHost([bench.script("alpha", "status"), bench.script("beta")]) { host in
      try host.settled()
      #expect(try host.run("alpha/one or beta/one").status == .succeeded)
      let bytes = try Files.read(host.state.computeLog(of: "alpha"), limitBytes: 1 << 20)
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      let line = try #require(lines.first)
      #expect(lines.count == 1 && line.hasSuffix("Z g1 | no database at db:5432"), "\(lines)")
    }
  }
}
