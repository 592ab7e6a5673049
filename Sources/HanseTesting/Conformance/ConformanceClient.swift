import HanseModel
import HanseSystem
import HanseWire

/// A host for one location: a real process behind real pipes, every wait with a limit.
final class ConformanceClient: Sendable {
  struct Problem: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
  }

  private struct State: Sendable {
    var messages: [LocationMessage] = []
    var problems: [String] = []
    var isOver = false
    var status: HanseSystem.ExitStatus?
  }

  static let limit = Duration.seconds(10)
  private let child: ChildProcess
  private let input: Descriptor
  private let state = Monitor(State())

  init(_ program: ConformanceSuite.Program, directory: String) throws {
    Signals.ignoreBrokenPipe()
    let (toChild, fromChild) = (try Pipe.make(), try Pipe.make())
    child = try ChildProcess.spawn(
      SpawnRequest(
        executable: program.executable,
        arguments: program.arguments + ["serve"],
        environment: program.environment,
        standardInput: toChild.reading,
        standardOutput: fromChild.writing,
        standardError: try StandardStreams.nullDevice()
      )
    )
    toChild.reading.close()
    fromChild.writing.close()
    input = toChild.writing
    let output = fromChild.reading
    let (child, state) = (child, state)
    try OSThread.start(name: "conform-output") { Self.read(output, into: state) }
    try OSThread.start(name: "conform-exit") {
      do {
        let status = try child.waitForExit()
        state.update { $0.status = status }
      } catch {
        state.update { $0.problems.append("its exit cannot be awaited: \(error)") }
      }
    }
  }

  /// Ends the process with its group and waits for it.
  func close() {
    input.close()
    child.signalGroup(.kill)
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: Self.limit)) {
      $0.status != nil
    }
  }

  // MARK: Speaking

  func send(_ message: HostMessage) throws { try input.writeAll(message.line) }

  func send(_ text: String) throws { try input.writeAll(Array("\(text)\n".utf8)) }

  func hangUp() { input.close() }

  @discardableResult
  func initialize(io folder: String, extra: String = "") throws -> InitializeResult {
    let request = InitializeRequest(
      host: Program(name: "hanse-conform", version: "1"),
      location: "conform",
      generation: Generation(1),
      epoch: HostEpoch(1),
      limits: WireLimits(),
      io: StorageChoice(kind: "filesystem", path: folder)
    )
    let line = String(
      decoding: HostMessage.initialize(id: 1, request).line.dropLast(),
      as: UTF8.self
    )
    // Members of a later version, at two levels.
    try send(line.replacing("\"params\":{", with: "\(extra)\"params\":{\(extra)"))
    return try result(1)
  }

  func definitions() throws -> (LocationDefinitions, pages: [DefinitionsPage]) {
    var all = LocationDefinitions()
    var pages: [DefinitionsPage] = []
    var cursor: String?
    repeat {
      let id = Int64(1000 + pages.count)
      try send(.definitions(id: id, DefinitionsRequest(cursor: cursor)))
      let page: DefinitionsPage = try result(id)
      all.assets += page.definitions.assets
      all.checks += page.definitions.checks
      cursor = page.nextCursor
      pages.append(page)
    } while cursor != nil && pages.count < 10_000
    return (all, pages)
  }

  // MARK: Listening

  /// Waits for the first message that fits.
  func first<Found: Sendable>(
    _ what: String,
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
      guard let fresh, !fresh.isEmpty else { throw silence(what, isOver: fresh != nil) }
      seen += fresh.count
    }
  }

  private func silence(_ what: String, isOver: Bool) -> Problem {
    if let problem = problems.first { return Problem(problem) }
    let limit = Self.limit.briefDescription
    return Problem(isOver ? "its output ended before \(what)" : "no \(what) within \(limit)")
  }

  func result<Value: JSONCodable>(_ id: Int64, as type: Value.Type = Value.self) throws -> Value {
    try first("answer to request \(id)") { body in
      if case .error(id, let error) = body {
        throw Problem("the error \(error.code): \(error.message)")
      }
      guard case .result(id, let place) = body else { return nil }
      return try place.read(as: type)
    }
  }

  func errorCode(_ id: Int64?) throws -> Int {
    try first("error in answer to \(id.map { "request \($0)" } ?? "a bad line")") { body in
      if case .error(id, let error) = body { return error.code }
      if let id, case .result(id, _) = body { throw Problem("a result instead of an error") }
      return nil
    }
  }

  func events(of attempt: AttemptID) -> [StepEvent] {
    state.withLock { $0.messages }.compactMap { message in
      guard case .stepEvent(let notice) = message.body, notice.attempt == attempt else {
        return nil
      }
      return notice.event
    }
  }

  /// How the process ended.
  func exitStatus(within limit: Duration) throws -> HanseSystem.ExitStatus {
    let found = state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) {
      (state: inout State) in state.status
    }
    guard let found else { throw Problem("it still runs after \(limit.briefDescription)") }
    return found
  }

  /// What was wrong with its lines so far.
  var problems: [String] { state.withLock { $0.problems } }

  private static func read(_ output: Descriptor, into state: Monitor<State>) {
    let limits = WireLimits()
    var framer = LineFramer(limitBytes: limits.lineBytes)
    var chunk: [UInt8] = []
    do {
      while case .bytes = try output.read(into: &chunk, upTo: 1 << 16) {
        framer.append(chunk)
        chunk.removeAll(keepingCapacity: true)
        while let line = try framer.next() {
          let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
          if !isBlank { take(line, limits, state) }
        }
      }
    } catch {
      state.update { $0.problems.append("its output cannot be read: \(error)") }
    }
    state.update { $0.isOver = true }
  }

  private static func take(_ line: [UInt8], _ limits: WireLimits, _ state: Monitor<State>) {
    do throws(JSONError) {
      let message = try LocationMessage(line: line, depthLimit: limits.nestingDepth)
      state.update { state in
        let expected = (state.messages.last?.seq ?? 0) + 1
        if message.seq != expected {
          state.problems.append("the sequence number \(message.seq) instead of \(expected)")
        }
        if case .malformed(let method, let error) = message.body {
          state.problems.append("a notification `\(method.prefix(80))` with \(error)")
        }
        state.messages.append(message)
      }
    } catch {
      let text = String(decoding: line.prefix(80), as: UTF8.self)
      state.update { $0.problems.append("a line that is no message: \(error): \(text)") }
    }
  }
}
