import HanseModel
import HanseSystem
import HanseWire

/// A host for one location: a real process behind real pipes, every wait with a limit.
final class ConformanceClient: Sendable {
  struct Problem: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
  }

  /// A message with when it came, in milliseconds of the monotonic clock.
  private struct Heard: Sendable {
    var message: LocationMessage
    var atMilliseconds: UInt64
  }

  private struct State: Sendable {
    var heard: [Heard] = []
    var problems: [String] = []
    var isOver = false
    var status: HanseSystem.ExitStatus?
    /// The end of its standard error, and whether there is no more to come.
    var errors: [UInt8] = []
    var errorsAreOver = false
  }

  /// How much of its standard error is kept, and how many of the last lines are shown.
  private static let errorsLimitBytes = 16 << 10
  private static let errorLines = 8

  private let patience: ConformanceSuite.Patience
  private let limits: WireLimits
  private let child: ChildProcess
  private let input: Descriptor
  private let state = Monitor(State())

  /// Starts the program in the working directory of this process, where relative arguments lead.
  init(
    _ program: ConformanceSuite.Program,
    patience: ConformanceSuite.Patience,
    limits: WireLimits = WireLimits()
  ) throws {
    (self.patience, self.limits) = (patience, limits)
    Signals.ignoreBrokenPipe()
    let (toChild, fromChild, errors) = (try Pipe.make(), try Pipe.make(), try Pipe.make())
    child = try ChildProcess.spawn(
      SpawnRequest(
        executable: program.executable,
        arguments: program.arguments + ["serve"],
        environment: program.environment,
        standardInput: toChild.reading,
        standardOutput: fromChild.writing,
        standardError: errors.writing
      )
    )
    toChild.reading.close()
    fromChild.writing.close()
    errors.writing.close()
    input = toChild.writing
    let output = fromChild.reading
    let (child, state) = (child, state)
    try OSThread.start(name: "conform-output") { Self.read(output, limits, into: state) }
    let said = errors.reading
    try OSThread.start(name: "conform-errors") { Self.keepEnd(of: said, in: state) }
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
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: patience.answer)) {
      $0.status != nil
    }
  }

  // MARK: Speaking

  func send(_ message: HostMessage) throws { try write(message.line) }

  func send(_ text: String) throws { try write(Array("\(text)\n".utf8)) }

  /// Writes, unless the program has ended: what it was to answer then shows that better.
  private func write(_ bytes: [UInt8]) throws(SystemError) {
    do throws(SystemError) {
      try input.writeAll(bytes)
    } catch {
      let deadline = MonotonicClock.milliseconds(after: patience.exit)
      guard error.isBrokenPipe, state.wait(untilMilliseconds: deadline, until: \.isOver)
      else { throw error }
    }
  }

  func hangUp() { input.close() }

  @discardableResult
  func initialize(io folder: String, extra: String = "") throws -> InitializeResult {
    let request = InitializeRequest(
      host: Program(name: "hanse-conform", version: "1"),
      location: "conform",
      generation: Generation(1),
      epoch: HostEpoch(1),
      limits: limits,
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
    within limit: Duration? = nil,
    _ find: (LocationMessage.Body) throws -> Found?
  ) throws -> Found {
    let limit = limit ?? patience.answer
    let deadline = MonotonicClock.milliseconds(after: limit)
    var seen = 0
    while true {
      let fresh: [LocationMessage]? = state.wait(untilMilliseconds: deadline) { state in
        if state.heard.count > seen { return state.heard[seen...].map(\.message) }
        return state.isOver ? [] : nil
      }
      for message in fresh ?? [] {
        if let found = try find(message.body) { return found }
      }
      guard let fresh, !fresh.isEmpty else { throw silence(what, limit, isOver: fresh != nil) }
      seen += fresh.count
    }
  }

  private func silence(_ what: String, _ limit: Duration, isOver: Bool) -> Problem {
    if let problem = problems.first { return Problem(problem) }
    return Problem(
      isOver
        ? "its output ended before \(what)" : "no \(what) within \(limit.briefDescription)"
    )
  }

  func result<Value: JSONCodable>(
    _ id: Int64,
    as type: Value.Type = Value.self,
    within limit: Duration? = nil
  ) throws -> Value {
    try first("answer to request \(id)", within: limit) { body in
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

  /// The answers to a request so far: their places among the lines, and when they came.
  func answers(to request: Int64) -> [(seq: Int64, atMilliseconds: UInt64)] {
    state.withLock { $0.heard }.filter { heard in
      switch heard.message.body {
      case .result(let id, _): id == request
      case .error(let id, _): id == request
      default: false
      }
    }.map { ($0.message.seq, $0.atMilliseconds) }
  }

  /// Waits until something is said of an attempt, its answer included, or for as long as the limit.
  func listen(for attempt: AttemptID, or request: Int64, within limit: Duration) {
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) { state in
      state.isOver
        || state.heard.contains { heard in
          switch heard.message.body {
          case .stepEvent(let notice): notice.attempt == attempt
          case .result(let id, _): id == request
          case .error(let id, _): id == request
          default: false
          }
        }
    }
  }

  func events(of attempt: AttemptID) -> [StepEvent] {
    state.withLock { $0.heard }.compactMap { heard in
      guard case .stepEvent(let notice) = heard.message.body, notice.attempt == attempt else {
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

  /// Whether it has ended its output without a single message or any other line.
  var hasSaidNothing: Bool {
    state.withLock { $0.isOver && $0.heard.isEmpty && $0.problems.isEmpty }
  }

  /// How it has ended by itself; nil for one that goes on, or that closed its output only.
  func end(within limit: Duration) -> HanseSystem.ExitStatus? {
    guard state.withLock(\.isOver) else { return nil }
    return state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) {
      (state: inout State) in state.status
    }
  }

  /// The last lines of its standard error: all that it will ever say, once it has ended.
  func lastErrors(within limit: Duration) -> [String] {
    if state.withLock({ $0.status != nil }) {
      state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) { $0.errorsAreOver }
    }
    let lines = state.withLock(\.errors).split(separator: UInt8(ascii: "\n"))
    return lines.suffix(Self.errorLines).map {
      Excerpt.ofText(String(decoding: $0, as: UTF8.self), limit: 300)
    }
  }

  private static func keepEnd(of errors: Descriptor, in state: Monitor<State>) {
    var chunk: [UInt8] = []
    do {
      while case .bytes = try errors.read(into: &chunk, upTo: 1 << 12) {
        state.update { state in
          state.errors += chunk
          state.errors.removeFirst(max(0, state.errors.count - Self.errorsLimitBytes))
        }
        chunk.removeAll(keepingCapacity: true)
      }
    } catch {
      state.update { $0.errors += Array("\nits standard error cannot be read: \(error)".utf8) }
    }
    state.update { $0.errorsAreOver = true }
  }

  /// What was wrong with its lines so far.
  var problems: [String] { state.withLock { $0.problems } }

  private static func read(
    _ output: Descriptor,
    _ limits: WireLimits,
    into state: Monitor<State>
  ) {
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
        let expected = (state.heard.last?.message.seq ?? 0) + 1
        if message.seq != expected {
          state.problems.append("the sequence number \(message.seq) instead of \(expected)")
        }
        if case .malformed(let method, let error) = message.body {
          state.problems.append("a notification `\(method.prefix(80))` with \(error)")
        }
        state.heard.append(
          Heard(message: message, atMilliseconds: MonotonicClock.milliseconds())
        )
      }
    } catch {
      let advice = WireRefusal.advice(for: line).map { "; \($0)" } ?? ""
      let text = "a line that is no message: \(error): \(Excerpt.of(line))\(advice)"
      state.update { $0.problems.append(text) }
    }
  }
}
