import HanseCore
import HanseModel
import HanseSystem
import HanseWire

/// One process of one location, with the three pipes to it.
///
/// Confined to the loop's thread. It turns bytes into inputs for the control plane, and trusts
/// nothing that it reads.
final class LocationProcess {
  /// What an awaited answer means.
  private enum Call {
    case initialize, definitions
    case step(AttemptID)
    case ping, shutdown
  }

  let name: LocationName
  let generation: Generation
  let process: ChildProcess
  let input: Descriptor
  let output: Descriptor
  let errors: Descriptor
  let limits: WireLimits
  private var framer: LineFramer
  private var outbox: Outbox
  private var calls: [Int64: Call] = [:]
  private var nextCall: Int64 = 1
  private var lastSeq: Int64 = 0
  private var library = "unknown"
  private var definitions = LocationDefinitions()
  private var bucket: TokenBucket
  private var closesInputWhenFlushed = false
  /// Whether what it sends no longer matters: it broke the protocol, and its end is on the way.
  private(set) var isCondemned = false
  var log: ComputeLog

  static let outboxLimitBytes = 64 << 20
  static let definitionsLimit = 1_000_000

  init(
    name: LocationName,
    generation: Generation,
    process: ChildProcess,
    pipes: (input: Descriptor, output: Descriptor, errors: Descriptor),
    limits: WireLimits,
    log: ComputeLog,
    at now: HostInstant
  ) {
    self.name = name
    self.generation = generation
    self.process = process
    input = pipes.input
    output = pipes.output
    errors = pipes.errors
    self.limits = limits
    self.log = log
    framer = LineFramer(limitBytes: limits.lineBytes)
    outbox = Outbox(limitBytes: Self.outboxLimitBytes)
    bucket = TokenBucket(
      perSecond: limits.eventsPerSecond,
      burst: 2 * limits.eventsPerSecond,
      at: now
    )
  }

  // MARK: To the child

  var wantsToWrite: Bool { !outbox.isEmpty }

  func initialize(_ request: InitializeRequest) -> ControlPlane.Input? {
    send(.initialize(id: call(.initialize), request))
  }

  func requestDefinitions(cursor: String? = nil) -> ControlPlane.Input? {
    send(.definitions(id: call(.definitions), DefinitionsRequest(cursor: cursor)))
  }

  func execute(_ command: ControlPlane.StepCommand) -> ControlPlane.Input? {
    let request = StepRequest(
      attempt: command.attempt,
      assets: command.step.assets,
      check: command.step.check,
      partition: command.partition,
      config: command.step.config,
      tags: command.tags,
      timeoutMilliseconds: command.step.timeoutMilliseconds,
      upstream: command.upstream
    )
    return send(.executeStep(id: call(.step(command.attempt)), request))
  }

  func cancel(_ attempt: AttemptID) -> ControlPlane.Input? { send(.cancelStep(attempt)) }

  func ping() -> ControlPlane.Input? { send(.ping(id: call(.ping))) }

  /// Asks the process to leave, and ends its input once that is written.
  func shutDown() -> ControlPlane.Input? {
    closesInputWhenFlushed = true
    return send(.shutdown(id: call(.shutdown)))
  }

  private func call(_ call: Call) -> Int64 {
    defer { nextCall += 1 }
    calls[nextCall] = call
    return nextCall
  }

  private func send(_ message: HostMessage) -> ControlPlane.Input? {
    guard !input.isClosed else { return nil }
    guard outbox.append(message.line) else {
      let waiting = outbox.waitingBytes >> 20
      return broke("does not read its input: \(waiting) MiB wait to be written to it")
    }
    return flush()
  }

  /// Writes what the pipe takes now.
  func flush() -> ControlPlane.Input? {
    do throws(SystemError) {
      switch try outbox.flush(to: input) {
      case .all: if closesInputWhenFlushed { input.close() }
      case .blocked: break
      // Its exit says more than a broken pipe does, and is on its way.
      case .broken: input.close()
      }
      return nil
    } catch {
      return broke("its input cannot be written: \(error)")
    }
  }

  // MARK: From the child

  /// Reads what there is, up to a budget that keeps one location from holding up the others.
  ///
  /// - Parameters:
  ///   - budgetBytes: The most to read now.
  ///   - now: When.
  ///   - inputs: Gets what the lines mean.
  /// - Returns: Whether there is more to do at once.
  func read(
    budgetBytes: Int,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) -> Bool {
    guard !output.isClosed else { return false }
    var chunk: [UInt8] = []
    do throws(SystemError) {
      let outcome = try output.read(into: &chunk, upTo: budgetBytes)
      framer.append(chunk)
      takeLines(at: now, into: &inputs)
      switch outcome {
      case .bytes(let count): return count == budgetBytes
      case .wouldBlock: return false
      case .endOfFile:
        output.close()
        return false
      }
    } catch {
      inputs += [broke("its output cannot be read: \(error)")].compactMap(\.self)
      return false
    }
  }

  private func takeLines(at now: HostInstant, into inputs: inout [ControlPlane.Input]) {
    while !isCondemned {
      do throws(LineFramer.Failure) {
        guard let line = try framer.next() else { return }
        if line.isEmpty { continue }
        take(line, at: now, into: &inputs)
      } catch {
        let limit = limits.lineBytes
        inputs += [broke("sent a line longer than its limit of \(limit) bytes")].compactMap(\.self)
      }
    }
  }

  private func take(
    _ line: [UInt8],
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) {
    do throws(JSONError) {
      let message = try LocationMessage(line: line, depthLimit: limits.nestingDepth)
      guard message.seq == lastSeq + 1 else {
        let reason = "sent sequence number \(message.seq) after \(lastSeq): a line was lost"
        inputs += [broke(reason)].compactMap(\.self)
        return
      }
      lastSeq = message.seq
      try take(message.body, at: now, into: &inputs)
    } catch {
      let reason = "sent a line that is not of the protocol: \(error): \(Excerpt.of(line))"
      inputs += [broke(reason)].compactMap(\.self)
    }
  }

  private func take(
    _ body: LocationMessage.Body,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) throws(JSONError) {
    switch body {
    case .result(let id, let place):
      // An answer nobody waits for means nothing.
      guard let call = calls.removeValue(forKey: id) else { return }
      try take(place, of: call, into: &inputs)
    case .error(let id, let error):
      guard let id, let call = calls.removeValue(forKey: id) else { return }
      take(error, of: call, into: &inputs)
    case .stepEvent(let notice): take(notice, at: now, into: &inputs)
    case .log(let record):
      let line = "\(record.level.rawValue): \(record.message)\n"
      log.append(Array(line.utf8)[...], generation: generation, at: Clock.wall())
    case .unknown: break
    }
  }

  private func take(
    _ place: LocationMessage.ResultPlace,
    of call: Call,
    into inputs: inout [ControlPlane.Input]
  ) throws(JSONError) {
    switch call {
    case .initialize:
      let result = try place.read(as: InitializeResult.self)
      guard WireProtocol.versions.contains(result.protocolVersion) else {
        let reason =
          "chose protocol version \(result.protocolVersion), which the host does not speak"
        inputs += [broke(reason)].compactMap(\.self)
        return
      }
      library = "\(result.library.name) \(result.library.version)"
      inputs.append(.location(name, .initialized(generation)))
    case .definitions: try takePage(try place.read(), into: &inputs)
    case .step(let attempt):
      let outcome: RunCoordinator.Outcome =
        switch try place.read(as: StepOutcome.self) {
        case .succeeded: .succeeded
        case .failed(let failure): .failed(failure)
        case .canceled: .canceled
        }
      reportDropped(into: &inputs)
      inputs.append(.stepAnswer(name, generation, attempt, outcome))
    case .ping: inputs.append(.location(name, .ponged(generation)))
    case .shutdown: break
    }
  }

  private func takePage(
    _ page: DefinitionsPage,
    into inputs: inout [ControlPlane.Input]
  ) throws(JSONError) {
    definitions.assets += page.definitions.assets
    definitions.checks += page.definitions.checks
    definitions.resources += page.definitions.resources
    guard definitions.assets.count + definitions.checks.count <= Self.definitionsLimit else {
      let reason = "defines more than \(Self.definitionsLimit) assets and checks"
      inputs += [broke(reason)].compactMap(\.self)
      return
    }
    if let cursor = page.nextCursor {
      inputs += [requestDefinitions(cursor: cursor)].compactMap(\.self)
      return
    }
    let loaded = ControlPlane.LoadedDefinitions(
      definitions: definitions,
      digest: page.digest ?? "",
      library: library
    )
    definitions = LocationDefinitions()
    inputs.append(.loaded(name, generation, loaded))
  }

  private func take(
    _ error: RPCError,
    of call: Call,
    into inputs: inout [ControlPlane.Input]
  ) {
    let said = "\(error.message) (code \(error.code))"
    switch call {
    case .initialize: inputs += [broke("refused the handshake: \(said)")].compactMap(\.self)
    case .definitions:
      inputs += [broke("could not give its definitions: \(said)")].compactMap(\.self)
    case .step(let attempt):
      let failure = StepFailure(
        .protocol,
        message: "location \"\(name)\" refused the step: \(said)",
        isRetryable: false
      )
      inputs.append(.stepAnswer(name, generation, attempt, .failed(failure)))
    // Whoever says that it does not know the method is alive.
    case .ping: inputs.append(.location(name, .ponged(generation)))
    case .shutdown: break
    }
  }

  private func take(
    _ notice: StepEventNotice,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) {
    let payload: EventPayload
    switch notice.event {
    // As many as the plan has assets; never dropped.
    case .materialized(let value): payload = .materialized(value)
    case .checked(let value): payload = .checked(value)
    case .observed(let value): payload = .observed(value)
    case .logged(let value): payload = .logged(value)
    case .progress(let fraction, let message):
      inputs.append(
        .progress(name, generation, notice.attempt, fraction: fraction, message: message)
      )
      return
    case .unknown: return
    }
    switch payload {
    case .observed, .logged:
      guard bucket.take(at: now) else { return }
      reportDropped(into: &inputs)
    default: break
    }
    inputs.append(.stepEvent(name, generation, notice.attempt, payload))
  }

  private func reportDropped(into inputs: inout [ControlPlane.Input]) {
    let count = bucket.takeRefused()
    guard count > 0 else { return }
    inputs.append(
      .eventsDropped(name, generation, count: count, limitPerSecond: limits.eventsPerSecond)
    )
  }

  /// Reads its standard error, up to a budget.
  func readErrors(budgetBytes: Int) {
    guard !errors.isClosed else { return }
    var chunk: [UInt8] = []
    do throws(SystemError) {
      let outcome = try errors.read(into: &chunk, upTo: budgetBytes)
      log.append(chunk[...], generation: generation, at: Clock.wall())
      if outcome == .endOfFile { errors.close() }
    } catch {
      // Without its standard error the location can still serve.
      errors.close()
    }
  }

  /// What ends a process that does what it may not.
  private func broke(_ reason: String) -> ControlPlane.Input? {
    guard !isCondemned else { return nil }
    isCondemned = true
    return .location(name, .broke(generation, reason: reason))
  }
}
