import HanseModel
import HanseSystem
import HanseWire
import Testing

/// A host for one location in a test: a real process behind real pipes.
///
/// Every wait has a limit, and what the location said is part of the failure.
final class LocationClient: Sendable {
  private struct State: Sendable {
    var messages: [LocationMessage] = []
    var problems: [String] = []
    var errorText = ""
    var isOver = false
    var isErrorOver = false
    var lineBytes: [Int] = []
  }

  let child: ChildProcess
  private let input: Descriptor
  private let output: Descriptor
  private let state = Monitor(State())
  private static let limit = Duration.seconds(120)

  /// The fixture beside the running test.
  static func fixture(
    _ mode: String = "",
    arguments: [String] = ["serve"],
    environment: [String: String] = [:]
  ) throws -> LocationClient {
    let folder = Paths.directory(of: try SelfProcess.executablePath())
    return try LocationClient(
      Paths.join(folder, "FixtureLocation"),
      arguments,
      ["FIXTURE": mode].merging(environment) { _, new in new }
    )
  }

  init(
    _ executable: String,
    _ arguments: [String],
    _ environment: [String: String]
  ) throws {
    Signals.ignoreBrokenPipe()
    let standardInput = try Pipe.make()
    let standardOutput = try Pipe.make()
    let standardError = try Pipe.make()
    var variables = environment
    variables["PATH"] = Environment.value("PATH")
    variables["SWIFT_BACKTRACE"] = "enable=no"
    child = try ChildProcess.spawn(
      SpawnRequest(
        executable: executable,
        arguments: arguments,
        environment: variables,
        standardInput: standardInput.reading,
        standardOutput: standardOutput.writing,
        standardError: standardError.writing
      )
    )
    input = standardInput.writing
    output = standardOutput.reading
    for end in [standardInput.reading, standardOutput.writing, standardError.writing] {
      end.close()
    }
    try OSThread.start(name: "test-output") { [self] in readMessages() }
    try OSThread.start(name: "test-error") { [self] in readErrors(standardError.reading) }
  }

  deinit {
    // A test that failed may leave it running.
    child.signalGroup(.kill)
  }

  // MARK: Speaking

  func send(_ message: HostMessage) throws { try send(message.line) }

  func send(_ text: String) throws { try send(Array("\(text)\n".utf8)) }

  func send(_ bytes: [UInt8]) throws { try input.writeAll(bytes) }

  func hangUp() { input.close() }

  /// Closes the reading end, as a host that dies does.
  func stopReading() { output.close() }

  // MARK: Listening

  /// Waits for the first message that `find` accepts.
  func first<Found>(
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ find: (LocationMessage.Body) throws -> Found?
  ) throws -> Found {
    let deadline = MonotonicClock.milliseconds(after: Self.limit)
    var seen = 0
    while true {
      let fresh: [LocationMessage]? = state.wait(untilMilliseconds: deadline) { state in
        if state.messages.count > seen { return Array(state.messages[seen...]) }
        return state.isOver ? [] : nil
      }
      for message in fresh ?? [] {
        if let found = try find(message.body) { return found }
      }
      seen += fresh?.count ?? 0
      try #require(
        fresh?.isEmpty == false,
        "no \(what); \(problems); stderr: \(errorText)",
        sourceLocation: sourceLocation
      )
    }
  }

  /// Waits for the answer to a request.
  func result<Value: JSONCodable>(
    _ id: Int64,
    as type: Value.Type = Value.self,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Value {
    try first("answer to \(id)", sourceLocation: sourceLocation) { body in
      if case .error(id, let error) = body { throw error }
      guard case .result(id, let place) = body else { return nil }
      return try place.read(as: type)
    }
  }

  func error(
    _ id: Int64?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> RPCError {
    try first("error to \(id.map(String.init) ?? "null")", sourceLocation: sourceLocation) { body in
      guard case .error(id, let error) = body else { return nil }
      return error
    }
  }

  /// The step events of an attempt so far.
  func events(of attempt: AttemptID) -> [StepEvent] {
    state.withLock { $0.messages }.compactMap { message in
      guard case .stepEvent(let notice) = message.body, notice.attempt == attempt else {
        return nil
      }
      return notice.event
    }
  }

  /// Waits for the end of the process.
  func exitStatus() throws -> HanseSystem.ExitStatus {
    let child = child
    let status = Monitor<HanseSystem.ExitStatus?>(nil)
    try OSThread.start(name: "test-exit") {
      do {
        let found = try child.waitForExit()
        status.update { $0 = found }
      } catch {
        Issue.record(error)
      }
    }
    let deadline = MonotonicClock.milliseconds(after: Self.limit)
    status.wait(untilMilliseconds: deadline) { $0 != nil }
    let found = status.withLock { $0 }
    return try #require(found, "the location does not end; stderr: \(errorText)")
  }

  /// Waits for both streams to end, after the process has.
  func finish() {
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: Self.limit)) {
      $0.isOver && $0.isErrorOver
    }
  }

  var errorText: String { state.withLock { $0.errorText } }

  /// Waits until the standard error holds the text.
  func errorContains(_ text: String) -> Bool {
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: Self.limit)) {
      $0.errorText.contains(text)
    }
  }

  /// What was wrong with the location's lines.
  var problems: [String] { state.withLock { $0.problems } }

  var longestLineBytes: Int { state.withLock { $0.lineBytes.max() ?? 0 } }

  // MARK: Reading

  private func readMessages() {
    var framer = LineFramer(limitBytes: 32 << 20)
    do {
      var chunk: [UInt8] = []
      while case .bytes = try output.read(into: &chunk, upTo: 1 << 16) {
        framer.append(chunk)
        chunk.removeAll(keepingCapacity: true)
        while let line = try framer.next() { take(line) }
      }
    } catch {
      state.withLock { $0.problems.append("\(error)") }
    }
    state.update { $0.isOver = true }
  }

  private func take(_ line: [UInt8]) {
    do throws(JSONError) {
      let message = try LocationMessage(line: line, depthLimit: 64)
      state.update { state in
        let expected = (state.messages.last?.seq ?? 0) + 1
        if message.seq != expected { state.problems.append("seq \(message.seq), not \(expected)") }
        if case .malformed(_, let error) = message.body { state.problems.append("\(error)") }
        state.messages.append(message)
        state.lineBytes.append(line.count)
      }
    } catch {
      let text = String(decoding: line.prefix(200), as: UTF8.self)
      state.update { $0.problems.append("\(error): \(text)") }
    }
  }

  private func readErrors(_ stream: Descriptor) {
    do {
      var chunk: [UInt8] = []
      while case .bytes = try stream.read(into: &chunk, upTo: 1 << 16) {
        let text = String(decoding: chunk, as: UTF8.self)
        chunk.removeAll(keepingCapacity: true)
        state.update { $0.errorText += text }
      }
    } catch {
      state.withLock { $0.problems.append("\(error)") }
    }
    state.update { $0.isErrorOver = true }
  }
}

extension LocationClient {
  /// Sends `initialize` and waits for its answer.
  @discardableResult
  func initialize(
    limits: WireLimits = WireLimits(),
    io: StorageChoice = StorageChoice(kind: "memory")
  ) throws -> InitializeResult {
    let request = InitializeRequest(
      host: Program(name: "test", version: "1"),
      location: "fixture",
      generation: Generation(1),
      epoch: HostEpoch(1),
      limits: limits,
      io: io
    )
    try send(.initialize(id: 1, request))
    return try result(1)
  }

  /// Sends a step and returns its attempt.
  @discardableResult
  func execute(
    _ id: Int64,
    _ asset: String,
    check: String? = nil,
    attempt: Int = 1,
    assets: [AssetKey]? = nil,
    upstream: [MaterializationRecord] = []
  ) throws -> AttemptID {
    let key = check.map { "\(asset):\($0)" } ?? asset
    let attempt = AttemptID(
      run: "run",
      step: StepKey(key),
      attempt: attempt,
      epoch: HostEpoch(1)
    )
    let request = StepRequest(
      attempt: attempt,
      assets: assets ?? [AssetKey(asset)],
      check: check,
      upstream: upstream
    )
    try send(.executeStep(id: id, request))
    return attempt
  }

  /// All pages of definitions.
  func definitions(firstID: Int64 = 100) throws -> (pages: [DefinitionsPage], assets: Int) {
    var pages: [DefinitionsPage] = []
    var cursor: String?
    repeat {
      let id = firstID + Int64(pages.count)
      try send(.definitions(id: id, DefinitionsRequest(cursor: cursor)))
      pages.append(try result(id))
      cursor = pages.last?.nextCursor
    } while cursor != nil
    return (pages, pages.map(\.definitions.assets.count).reduce(0, +))
  }
}
