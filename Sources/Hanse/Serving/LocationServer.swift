import HanseModel
import HanseSystem
import HanseWire
import Synchronization

/// Serves a location's definitions and steps to the host, over descriptors.
///
/// Three threads of its own: the reader answers `ping` and everything that is known at once, the
/// writer writes, and the caller's makes the definitions and waits for the end. The team's code runs
/// as tasks; however long it blocks them, the first two go on.
final class LocationServer: Sendable {
  /// How long the location's own code may take to end.
  struct Grace: Sendable {
    /// After the host has closed the stream: it is gone and nobody waits.
    var hangUp: Duration = .seconds(2)
    /// After `shutdown`, before it is answered anyway.
    var shutdown: Duration = .seconds(4)
  }

  /// What `initialize` has settled.
  struct Session: Sendable {
    var limits: WireLimits
    var runtime: Task<LocationRuntime, any Error>
  }

  /// What is known once the definitions are made.
  struct Loaded: Sendable {
    var definitions: Definitions
    var environment: Environment
  }

  let writer: LineWriter
  let attempts = AttemptTable()
  let loaded = Deferred<Loaded>()
  private let input: Descriptor
  private let grace: Grace
  private let session = Monitor<Session?>(nil)
  private let pages = Monitor<Task<DefinitionPages, Never>?>(nil)
  private let isEnding = Atomic(false)
  private let end = Monitor<Int32?>(nil)

  init(input: Descriptor, output: Descriptor, grace: Grace = Grace()) {
    self.input = input
    self.grace = grace
    writer = LineWriter(output)
  }

  /// Starts both threads.
  func start() throws(SystemError) {
    try writer.start { [self] in finish(status: 0, within: grace.hangUp, answering: nil) }
    try OSThread.start(name: "hanse-reader") { [self] in
      let status = read()
      finish(status: status, within: grace.hangUp, answering: nil)
    }
  }

  /// Waits for the end and returns the exit status; for the main thread.
  func waitForEnd() -> Int32 {
    end.wait { (status: inout Int32?) in status } ?? 0
  }

  // MARK: Reading

  /// Reads lines until the host is gone; the result is an exit status.
  private func read() -> Int32 {
    // The host's own limit is on our lines; its lines may be as long.
    var framer = LineFramer(limitBytes: 64 << 20)
    var chunk: [UInt8] = []
    do {
      while true {
        chunk.removeAll(keepingCapacity: true)
        guard case .bytes = try input.read(into: &chunk, upTo: 1 << 16) else { return 0 }
        framer.append(chunk)
        while let line = try framer.next() {
          if line.contains(where: { $0 != 0x0D && $0 != 0x20 }) { receive(line) }
        }
      }
    } catch LineFramer.Failure.lineTooLong(let limit) {
      ServeLog.write("the host sent a line of more than \(limit) bytes, the limit; serving ends")
      return 1
    } catch {
      ServeLog.write("reading from the host failed: \(error); serving ends")
      return 1
    }
  }

  private func receive(_ line: [UInt8]) {
    do throws(JSONError) {
      handle(try HostMessage(line: line))
    } catch {
      let (id, code) = Self.blame(line, error)
      let message = "a line from the host could not be read: \(error)"
      ServeLog.write(message)
      writer.send(.error(RPCError(code: code, message: message), id: id))
    }
  }

  /// The request that a bad line was, as far as it can be told, and the kind of fault.
  private static func blame(_ line: [UInt8], _ error: JSONError) -> (Int64?, Int) {
    do throws(JSONError) {
      try JSONValidator.validate(line)
      var reader = JSONReader(line)
      let envelope = try Envelope(from: &reader)
      let isParameters = error.path.first == "params" || envelope.paramsPlace == nil
      return (
        envelope.id, isParameters ? RPCError.Code.invalidParameters : RPCError.Code.invalidRequest
      )
    } catch {
      let isSyntax = error.code != .wrongType && error.code != .missingMember
      return (nil, isSyntax ? RPCError.Code.parseError : RPCError.Code.invalidRequest)
    }
  }

  private func handle(_ message: HostMessage) {
    switch message {
    case .initialize(let id, let request): initialize(id, request)
    case .ping(let id):
      writer.send(.result(PingResult(stepsInFlight: attempts.count), id: id))
    case .definitions(let id, let request):
      withSession(id) { sendPage(id, request, $0) }
    case .executeStep(let id, let request):
      withSession(id) { execute(id, request, $0) }
    case .cancelStep(let attempt): attempts.cancel(attempt)
    case .shutdown(let id): finish(status: 0, within: grace.shutdown, answering: id)
    case .unknown(let id?, let method):
      refuse(id, RPCError.Code.methodNotFound, "there is no method \"\(method)\" in version 1")
    case .unknown(nil, _): break  // a notification of a later version
    }
  }

  func refuse(_ id: Int64, _ code: Int, _ message: String) {
    writer.send(.error(RPCError(code: code, message: message), id: id))
  }

  private func withSession(_ id: Int64, _ body: (Session) -> Void) {
    guard let session = session.withLock({ $0 }) else {
      return refuse(id, RPCError.Code.invalidRequest, "\"initialize\" has to come first")
    }
    body(session)
  }

  // MARK: Requests

  private func initialize(_ id: Int64, _ request: InitializeRequest) {
    guard let version = request.protocolVersions.first(where: WireProtocol.versions.contains) else {
      let offered = request.protocolVersions.map(String.init).joined(separator: ", ")
      return refuse(
        id,
        RPCError.Code.noCommonVersion,
        "the host speaks protocol versions \(offered), and this location speaks 1;"
          + " build the location with a newer Hanse"
      )
    }
    let isFirst = session.withLock { session in
      guard session == nil else { return false }
      let limits = request.limits.sane
      session = Session(limits: limits, runtime: makeRuntime(request.io))
      return true
    }
    guard isFirst else {
      return refuse(id, RPCError.Code.invalidRequest, "\"initialize\" came before")
    }
    let library = Program(name: LibraryVersion.name, version: LibraryVersion.text)
    writer.send(.result(InitializeResult(protocolVersion: version, library: library), id: id))
  }

  /// Nobody cancels the task: it ends with the making of the store.
  private func makeRuntime(_ io: StorageChoice) -> Task<LocationRuntime, any Error> {
    Task { @concurrent [loaded] in
      let known = await loaded.value
      do {
        let io = try await LocationRuntime.makeIO(
          io,
          definitions: known.definitions,
          environment: known.environment
        )
        return LocationRuntime(
          definitions: known.definitions,
          environment: known.environment,
          io: io
        )
      } catch {
        ServeLog.write("no step can run: \(error)")
        throw error
      }
    }
  }

  private func execute(_ id: Int64, _ request: StepRequest, _ session: Session) {
    let attempt = request.attempt
    do throws(AttemptTable.Refusal) {
      try attempts.start(attempt, limit: session.limits.concurrentSteps) { [writer] in
        let outcome = await Self.run(request, session, writer)
        let line = LocationLine.result(outcome.fitting(session.limits.lineBytes), id: id)
        return { writer.finish(attempt, line) }
      }
    } catch {
      refuse(id, RPCError.Code.invalidRequest, error.message(attempt))
    }
  }

  private static func run(
    _ request: StepRequest,
    _ session: Session,
    _ writer: LineWriter
  ) async -> StepOutcome {
    let attempt = request.attempt
    do {
      let runtime = try await session.runtime.value
      return await runtime.execute(request) { event in
        let line = event.line(of: attempt, limitBytes: session.limits.lineBytes)
        switch event {
        case .progress: writer.sendProgress(line, of: attempt)
        case .logged: writer.sendIfRoom(line)
        case .materialized, .observed, .checked, .unknown: writer.send(line)
        }
      }
    } catch {
      return .failed(StepFailure(.resource, message: ErrorText.describe(error)))
    }
  }

  // MARK: Definitions

  private func sendPage(_ id: Int64, _ request: DefinitionsRequest, _ session: Session) {
    // The host that asks for many pages and reads none waits here, not in memory.
    writer.waitForRoom()
    let source = pages.withLock { pages in
      if let pages { return pages }
      let task = pageSource(session)
      pages = task
      return task
    }
    // Ends by itself; nobody needs to cancel it.
    Task { @concurrent [self] in
      let source = await source.value
      guard let start = source.start(request.cursor) else {
        let cursor = request.cursor ?? ""
        return refuse(id, RPCError.Code.invalidParameters, "there is no page at \"\(cursor)\"")
      }
      let page = await source.page(from: start)
      for sentence in page.leftOut { ServeLog.write(sentence) }
      writer.send(.result(page, id: id))
    }
  }

  private func pageSource(_ session: Session) -> Task<DefinitionPages, Never> {
    Task { @concurrent [loaded] in
      let wire: LocationDefinitions
      do {
        wire = try await session.runtime.value.wire
      } catch {
        // Without a store nothing runs, but what there is can be seen.
        wire = await loaded.value.definitions.wire
      }
      return DefinitionPages(DefinitionPager(wire, lineBytes: session.limits.lineBytes))
    }
  }

  // MARK: The end

  /// Ends everything, once: whoever comes first decides how.
  ///
  /// Called on the reader's or the writer's thread, which then have nothing else to do. After the
  /// deadline the process goes on to its end, whatever the team's code does.
  private func finish(status: Int32, within grace: Duration, answering id: Int64?) {
    guard !isEnding.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let deadline = MonotonicClock.milliseconds(after: grace)
    attempts.stop()
    let inTime = attempts.waitUntilEmpty(untilMilliseconds: deadline)
    if inTime { closeResources(untilMilliseconds: deadline) }
    if let id {
      writer.send(.result(Nothing(), id: id))
      writer.drain(untilMilliseconds: MonotonicClock.milliseconds(after: .seconds(1)))
    }
    if inTime { StandardStreams.flushOutput() }
    // The main thread may be in the team's code, making definitions, and not come back.
    if loaded.isSet { end.update { $0 = status } } else { SelfProcess.exitNow(status) }
  }

  private func closeResources(untilMilliseconds deadline: UInt64) {
    guard let runtime = session.withLock({ $0?.runtime }), loaded.isSet else { return }
    let isClosed = Monitor(false)
    // Nobody cancels it: the process does not outlive the deadline.
    Task { @concurrent in
      do {
        for problem in await (try runtime.value).closeResources() { ServeLog.write(problem) }
      } catch {
        // The failure to make the runtime was told when it happened.
      }
      isClosed.update { $0 = true }
    }
    isClosed.wait(untilMilliseconds: deadline) { $0 }
  }
}

extension AttemptTable.Refusal {
  fileprivate func message(_ attempt: AttemptID) -> String {
    switch self {
    case .duplicate: "\(attempt) is running already"
    case .full(let limit):
      "\(limit.counted("step")) \(limit == 1 ? "is" : "are") running already, as many as the host allowed"
    case .stopping: "the location is stopping"
    }
  }
}

extension WireLimits {
  /// The limits, none of them so small that nothing could be said.
  fileprivate var sane: WireLimits {
    var limits = self
    limits.lineBytes = max(lineBytes, 1 << 16)
    limits.concurrentSteps = max(concurrentSteps, 1)
    return limits
  }
}
