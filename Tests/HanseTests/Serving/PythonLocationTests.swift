import HanseModel
import HanseSystem
import HanseWire
import Testing

/// A location that shares nothing with ours but the protocol's documentation.
@Suite(.serialized, .timeLimit(.minutes(10))) struct PythonLocationTests {
  private static func location() throws -> LocationClient {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast(4).joined(separator: "/")
    let python = try #require(
      (Environment.value("PATH") ?? "/usr/bin").split(separator: ":")
        .map { Paths.join(String($0), "python3") }.first(where: Files.exists),
      "there is no python3: run scripts/setup"
    )
    return try LocationClient(python, [Paths.join(root, "Tests/PythonLocation/location.py")], [:])
  }

  @Test func `values pass through files from Swift to Python and back`() throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-python")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    let io = StorageChoice(kind: "filesystem", path: folder)

    let swift = try LocationClient.fixture(environment: ["FIXTURE_NAME": "observatory"])
    try swift.initialize(io: io)
    try swift.execute(2, "observatory/numbers")
    #expect(try swift.result(2, as: StepOutcome.self) == .succeeded)

    let python = try Self.location()
    #expect(try python.initialize(io: io).library.name == "python-location")
    let (pages, count) = try python.definitions()
    #expect(count == 5)
    #expect(
      pages[0].definitions.assets[1].dependencies.map(\.key) == [
        "python/readings", "observatory/numbers",
      ]
    )
    try python.execute(2, "python/readings")
    #expect(try python.result(2, as: StepOutcome.self) == .succeeded)
    let record = MaterializationRecord(
      asset: "observatory/numbers",
      sequence: 41,
      time: Timestamp(milliseconds: 0),
      run: "run",
      dataVersion: "v9"
    )
    let attempt = try python.execute(3, "python/summary", upstream: [record])
    #expect(try python.result(3, as: StepOutcome.self) == .succeeded)
    let made = python.events(of: attempt).compactMap { event -> Materialization? in
      if case .materialized(let value) = event { value } else { nil }
    }
    #expect(made.count == 1)
    #expect(
      made.first?.inputs == [
        Materialization.Input(asset: "python/readings"),
        Materialization.Input(asset: "observatory/numbers", dataVersion: "v9", sequence: 41),
      ]
    )
    try python.execute(4, "python/summary", check: "in_range")
    #expect(try python.result(4, as: StepOutcome.self) == .succeeded)

    // 12.5, 13 and 11.5 of Python, 1, 2 and 3.5 of Swift.
    let read = try swift.execute(3, "observatory/from_python")
    #expect(try swift.result(3, as: StepOutcome.self) == .succeeded)
    #expect(swift.events(of: read).map(\.kind) == ["logged", "materialized"])
    guard case .logged(let log) = swift.events(of: read).first else { return }
    #expect(log.message == "6 numbers with a mean of 7.25")
    #expect(python.problems == [])
  }

  /// The values of `EVERY_TYPE` in Python, written down once more.
  private static let everyType: [String: MetadataValue] = [
    "bool": .bool(true),
    "bytes": .bytes(9_007_199_254_740_993),
    "duration": .duration(milliseconds: 90_061_007),
    "integer": .integer(9_223_372_036_854_775_807),
    "json": .json(["a": [1, 2.5, nil, "ü\n"], "b": ["c": false]]),
    "markdown": .markdown("# Title\n\n*rows*: `3`"),
    "number": .number(0.1),
    "path": .path("/data/ä b/2024.csv"),
    "table": .table(
      .init(columns: ["station", "mean"], rows: [["Seattle", 11.5], ["San Francisco", nil]])
    ),
    "text": .text("two\tcells, \"quoted\""),
    "time": .time(Timestamp(milliseconds: 1_711_843_200_007)),
    "url": .url("https://example.org/report?a=1&b=%20"),
  ]

  @Test func `metadata of every type crosses the wire from Python as it was`() throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-python")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    let python = try Self.location()
    try python.initialize(io: StorageChoice(kind: "filesystem", path: folder))
    let made = try python.execute(2, "python/described")
    #expect(try python.result(2, as: StepOutcome.self) == .succeeded)
    let checked = try python.execute(3, "python/described", check: "every_type")
    #expect(try python.result(3, as: StepOutcome.self) == .succeeded)
    let told = (python.events(of: made) + python.events(of: checked)).map {
      event -> [String: MetadataValue] in
      switch event {
      case .observed(let value), .materialized(let value): value.metadata
      case .checked(let result): result.metadata
      default: [:]
      }
    }
    #expect(told == [Self.everyType, Self.everyType, Self.everyType])
    #expect(python.problems == [])
  }

  @Test func `a value that is not there is named with who wanted it`() throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-python")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    let python = try Self.location()
    try python.initialize(io: StorageChoice(kind: "filesystem", path: folder))
    try python.execute(2, "python/summary")
    guard case .failed(let failure) = try python.result(2, as: StepOutcome.self) else {
      Issue.record("it ran")
      return
    }
    #expect(failure.code == .input)
    #expect(
      failure.message
        == #"asset "python/summary" cannot read asset "python/readings": "#
        + "[Errno 2] No such file or directory: '\(folder)/python/readings.json'"
    )
  }

  @Test func `it fails, cancels, refuses and shuts down as the documentation says`() throws {
    let python = try Self.location()
    try python.send("nonsense")
    #expect(try python.error(nil).code == RPCError.Code.parseError)
    try python.send(.definitions(id: 9, DefinitionsRequest()))
    #expect(try python.error(9).message == #""initialize" has to come first"#)
    try python.initialize()
    try python.execute(2, "python/fail")
    let failure = StepFailure(.failed, message: "as it was told to", errorType: "ValueError")
    #expect(try python.result(2, as: StepOutcome.self) == .failed(failure))
    #expect(python.errorContains("this goes to standard error"))
    let attempt = try python.execute(3, "python/wait")
    try python.execute(4, "python/wait")
    #expect(try python.error(4).code == RPCError.Code.invalidRequest)
    try python.send(.ping(id: 5))
    #expect(try python.result(5, as: PingResult.self) == PingResult(stepsInFlight: 1))
    try python.send(.cancelStep(attempt))
    #expect(try python.result(3, as: StepOutcome.self) == .canceled)
    try python.send(.unknown(id: 6, method: "sensor/evaluate"))
    #expect(try python.error(6).code == RPCError.Code.methodNotFound)
    try python.send(.shutdown(id: 7))
    _ = try python.result(7, as: Nothing.self)
    #expect(try python.exitStatus() == .exited(0))
    #expect(python.problems == [])
  }

  @Test func `it ends when the host hangs up, whatever runs`() throws {
    let python = try Self.location()
    try python.initialize()
    try python.execute(2, "python/wait")
    python.hangUp()
    #expect(try python.exitStatus() == .exited(0))
  }
}
