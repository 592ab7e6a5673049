import HanseModel
import HanseSystem
import HanseWire
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ServingFaultTests {
  @Test func `no version in common is an error that says what to do`() throws {
    let location = try LocationClient.fixture()
    try location.send(
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersions":[9,8],"#
        + #""host":{"name":"h","version":"9"},"location":"l","generation":1,"epoch":1,"#
        + #""limits":{},"io":{"kind":"memory"}}}"#
    )
    let error = try location.error(1)
    #expect(error.code == RPCError.Code.noCommonVersion)
    #expect(
      error.message == "the host speaks protocol versions 9, 8, and this location speaks 1;"
        + " build the location with a newer Hanse"
    )
  }

  static let faults: [(String, Int64?, Int, String)] = [
    ("{", nil, -32700, line("the text ends in the middle of a value (byte 1)")),
    ("[]", nil, -32600, line("expected an object, found an array (byte 0)")),
    (#"{"jsonrpc":"2.0","id":5}"#, 5, -32602, line(#"the member "method" is missing (byte 24)"#)),
    (
      #"{"jsonrpc":"2.0","id":5,"method":"step/execute","params":{}}"#, 5, -32602,
      line(#"the member "run" is missing in params (byte 59)"#)
    ),
    (
      #"{"jsonrpc":"2.0","id":5,"method":"sensor/evaluate","params":{}}"#, 5, -32601,
      #"there is no method "sensor/evaluate" in version 1"#
    ),
    (
      #"{"jsonrpc":"2.0","id":5,"method":"definitions","params":{}}"#, 5, -32600,
      #""initialize" has to come first"#
    ),
  ]

  private static func line(_ problem: String) -> String {
    "a line from the host could not be read: \(problem)"
  }

  @Test(arguments: faults)
  func `a bad line gets an error, and the session goes on`(
    text: String,
    id: Int64?,
    code: Int,
    message: String
  ) throws {
    let location = try LocationClient.fixture()
    try location.send(text)
    let error = try location.error(id)
    #expect(error.code == code)
    #expect(error.message == message)
    try location.send(.ping(id: 77))
    #expect(try location.result(77, as: PingResult.self).stepsInFlight == 0)
  }

  @Test func `a second initialize is refused`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.send(
      #"{"jsonrpc":"2.0","id":9,"method":"initialize","params":{"protocolVersions":[1],"#
        + #""host":{"name":"h","version":"9"},"location":"l","generation":1,"epoch":1,"#
        + #""limits":{},"io":{"kind":"memory"}}}"#
    )
    #expect(try location.error(9).message == #""initialize" came before"#)
  }

  @Test func `a store that nobody knows fails the steps, and the definitions are served`() throws {
    let location = try LocationClient.fixture()
    try location.initialize(io: StorageChoice(kind: "filesytem"))
    #expect(try location.definitions().assets == 17)
    try location.execute(2, "fixture/ok")
    guard case .failed(let failure) = try location.result(2, as: StepOutcome.self) else {
      Issue.record("it ran")
      return
    }
    #expect(failure.code == .resource)
    #expect(
      failure.message == #"there is no I/O manager "filesytem"; this location has "filesystem", "#
        + #""memory"; did you mean "filesystem"?"#
    )
  }

  @Test func `what is wrong with the definitions is said, and they are served all the same`() throws
  {
    let location = try LocationClient.fixture(environment: ["FIXTURE_PROBLEM": "1"])
    try location.initialize()
    #expect(try location.definitions().assets == 18)
    #expect(location.errorContains("hanse: "))
    #expect(location.errorContains("\"fixture/ok\""))
    try location.execute(2, "fixture/ok")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
  }

  @Test func `a page that does not exist is refused`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.send(.definitions(id: 2, DefinitionsRequest(cursor: "400")))
    #expect(try location.error(2).message == #"there is no page at "400""#)
  }

  @Test func `the location ends when the host hangs up`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.execute(2, "fixture/sleep")
    location.hangUp()
    #expect(try location.exitStatus() == .exited(0))
  }

  @Test func `a body that blocks for ever does not outlive the host`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    for id in 2...9 { try location.execute(Int64(id), "fixture/block", attempt: id) }
    location.hangUp()
    #expect(try location.exitStatus() == .exited(0))
  }

  @Test func `definitions that never come do not outlive the host, and ping is answered`() throws {
    let location = try LocationClient.fixture("hang-in-definitions")
    try location.initialize()
    try location.send(.definitions(id: 2, DefinitionsRequest()))
    try location.send(.ping(id: 3))
    _ = try location.result(3, as: PingResult.self)
    location.hangUp()
    #expect(try location.exitStatus() == .exited(0))
  }

  @Test func `the location ends when nobody reads it any more`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    location.stopReading()
    // The reading thread of this test may sit in its call: what it gets is one more line.
    for id in 2...1000 {
      do { try location.send(.ping(id: Int64(id))) } catch { break }
    }
    location.hangUp()
    #expect(try location.exitStatus() == .exited(0))
  }

  @Test func `a trap in a step ends the process by a signal`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.execute(2, "fixture/crash")
    guard case .signaled = try location.exitStatus() else {
      Issue.record("it did not die by a signal")
      return
    }
    #expect(location.errorContains("as it was told to"))
  }

  static let misbehaviours: [(String, HanseSystem.ExitStatus, String)] = [
    ("exit-before-handshake", .exited(3), "no database at db:5432"),
    ("half-line", .exited(0), ""),
    ("no-such-mode", .exited(2), "there is no FIXTURE=no-such-mode"),
  ]

  @Test(arguments: misbehaviours)
  func `the fixture misbehaves as it says`(
    mode: String,
    status: HanseSystem.ExitStatus,
    text: String
  ) throws {
    let location = try LocationClient.fixture(mode)
    #expect(try location.exitStatus() == status)
    #expect(text.isEmpty || location.errorContains(text))
  }

  @Test func `a slow start is only slow`() throws {
    let location = try LocationClient.fixture(
      "slow-start",
      environment: ["FIXTURE_MILLISECONDS": "50"]
    )
    #expect(try location.initialize().protocolVersion == 1)
  }
}
