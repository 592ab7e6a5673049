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
  enum Call {
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
  private(set) var stream: LocationStream
  /// Whether lines that have come were left for the next turn.
  private var hasUntakenLines = false
  private var outbox: Outbox
  var calls: [Int64: Call] = [:]
  private var nextCall: Int64 = 1
  var library = "unknown"
  /// Whether it has answered the handshake.
  var hasAnswered = false
  /// The bytes of the line that is being taken.
  private var lineBytes = 0
  /// What the events that it has sent take, since that was last taken.
  private var eventBytes = 0
  /// What of the present turn means nothing.
  var ignored = IgnoredMessages()
  var bucket: TokenBucket
  /// When dropped events were last reported: a flood of them must not become a flood of reports.
  var reportedDropsAt: HostInstant?
  /// What the pages of its definitions so far took on the wire.
  var definitionsBytes = 0
  /// What of its definitions is to be read elsewhere.
  var definitionsWork: [DefinitionsReader.Work] = []
  /// Whether a line is read elsewhere; what comes after it waits.
  private(set) var isAway = false
  /// Whether all its pages have come, and the last of them is read elsewhere.
  var awaitsLoading = false
  /// Whether it has ended; that is told once all it said is read.
  var hasExited = false
  /// Whether it was asked to leave: what it says of its steps from then on is the leaving's doing.
  private(set) var isLeaving = false
  /// Whether there is nothing more to be written; the loop then closes the pipe.
  private(set) var hasFinishedInput = false
  /// Whether it closed its input, which only one that ends may do.
  private(set) var hasRefusedInput = false
  /// Whether it closed its output; the loop then closes the pipe.
  private(set) var hasEndedOutput = false
  private(set) var hasEndedErrors = false
  /// Whether what it sends no longer matters: it broke the protocol, and its end is on the way.
  private(set) var isCondemned = false
  /// Whether it was this host that killed it.
  private(set) var wasKilled = false
  /// Whether the control plane was told that it is not read from.
  var isHeld = false
  var log: ComputeLog

  /// So many lines have their turn at once: short ones cost more than their bytes.
  private static let linesPerTurn = 64
  /// From here on a line that may be a page of definitions is not read on the loop.
  private static let longLineBytes = 32 << 10
  let definitionsLimitBytes: Int

  init(
    name: LocationName,
    generation: Generation,
    process: ChildProcess,
    pipes: (input: Descriptor, output: Descriptor, errors: Descriptor),
    limits: WireLimits,
    definitionsLimitBytes: Int,
    outboxLimitBytes: Int,
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
    self.definitionsLimitBytes = definitionsLimitBytes
    self.log = log
    stream = LocationStream(limits: limits)
    outbox = Outbox(limitBytes: outboxLimitBytes)
    bucket = TokenBucket(
      perSecond: limits.eventsPerSecond,
      burst: 2 * limits.eventsPerSecond,
      at: now
    )
  }

  // MARK: To the child

  var wantsToWrite: Bool { !outbox.isEmpty && !hasFinishedInput }

  /// Sends a signal to its process group, and to itself should it have left that.
  func signal(_ signal: Signal) {
    if signal == .kill { wasKilled = true }
    process.signalGroup(signal)
    process.signal(signal)
  }

  func initialize(_ request: InitializeRequest) -> ControlPlane.Input? {
    send(.initialize(id: call(.initialize), request))
  }

  func requestDefinitions(cursor: String? = nil) -> ControlPlane.Input? {
    send(.definitions(id: call(.definitions), DefinitionsRequest(cursor: cursor)))
  }

  func execute(_ command: ControlPlane.StepCommand) -> ControlPlane.Input? {
    // It would refuse it, and that would count as the step's failure; its exit does not.
    guard !isLeaving else { return nil }
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
    isLeaving = true
    return send(.shutdown(id: call(.shutdown)))
  }

  private func call(_ call: Call) -> Int64 {
    defer { nextCall += 1 }
    calls[nextCall] = call
    return nextCall
  }

  private func send(_ message: HostMessage) -> ControlPlane.Input? {
    guard !hasFinishedInput else { return nil }
    guard outbox.append(message.line) else {
      let waiting = ByteText.text(Int64(outbox.waitingBytes))
      let message = "does not read its input: \(waiting) wait to be written to it"
      return broke(WireRefusal(.unread, message))
    }
    return flush()
  }

  /// Writes what the pipe takes now.
  func flush() -> ControlPlane.Input? {
    do throws(SystemError) {
      switch try outbox.flush(to: input) {
      case .all: if isLeaving { hasFinishedInput = true }
      case .blocked: break
      // Its exit says more than a broken pipe does, and is on its way.
      case .broken: (hasFinishedInput, hasRefusedInput) = (true, !isLeaving)
      }
      return nil
    } catch {
      return broke(WireRefusal(.pipe, "its input cannot be written: \(error)"))
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
    guard !hasEndedOutput, !isAway else { return false }
    if hasUntakenLines {
      takeLines(at: now, into: &inputs)
      return !isAway
    }
    var chunk: [UInt8] = []
    do throws(SystemError) {
      let outcome = try output.read(into: &chunk, upTo: budgetBytes)
      // What a condemned process still says is not even kept.
      if !isCondemned { stream.append(chunk) }
      takeLines(at: now, into: &inputs)
      switch outcome {
      case .bytes(let count): return !isAway && (count == budgetBytes || hasUntakenLines)
      case .wouldBlock: return false
      case .endOfFile:
        hasEndedOutput = true
        return false
      }
    } catch {
      refuse(WireRefusal(.pipe, "its output cannot be read: \(error)"), into: &inputs)
      return false
    }
  }

  private func takeLines(at now: HostInstant, into inputs: inout [ControlPlane.Input]) {
    hasUntakenLines = false
    do throws(WireRefusal) {
      for _ in 0..<Self.linesPerTurn where !isCondemned {
        guard let line = try stream.nextLine() else { return noteIgnored(into: &inputs) }
        if line.count >= Self.longLineBytes, !hasExited, let awaited = awaitedDefinitions {
          definitionsWork.append(.line(line, awaited: awaited, limits: limits))
          isAway = true
          break
        }
        let message = try LocationStream.read(line, limits: limits)
        try stream.accept(message, of: line)
        lineBytes = line.count
        try take(message.body, at: now, into: &inputs)
      }
      hasUntakenLines = !isCondemned
    } catch {
      refuse(error, into: &inputs)
    }
    noteIgnored(into: &inputs)
  }

  /// Goes on with a line that was read elsewhere.
  ///
  /// - Parameters:
  ///   - reading: What it says.
  ///   - now: When.
  ///   - inputs: Gets what that means.
  func resume(
    with reading: DefinitionsReader.Reading,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) {
    isAway = false
    guard !isCondemned else { return }
    do throws(WireRefusal) {
      try stream.accept(reading.message, of: reading.line)
      if let outline = reading.outline, case .result(let id, let place) = reading.message.body {
        calls[id] = nil
        try take(outline, of: place, into: &inputs)
      } else {
        lineBytes = reading.line.count
        try take(reading.message.body, at: now, into: &inputs)
      }
    } catch {
      refuse(error, into: &inputs)
    }
  }

  /// Goes on after a line, read elsewhere, that is not of the protocol.
  func resume(after refusal: WireRefusal, into inputs: inout [ControlPlane.Input]) {
    isAway = false
    awaitsLoading = false
    refuse(refusal, into: &inputs)
  }

  /// The call whose answer is a page of definitions, if one is under way.
  private var awaitedDefinitions: Int64? {
    calls.first { if case .definitions = $0.value { true } else { false } }?.key
  }

  /// Tells how much of what was just read means nothing.
  private func noteIgnored(into inputs: inout [ControlPlane.Input]) {
    guard !ignored.isEmpty else { return }
    inputs.append(.ignored(name, ignored))
    ignored = IgnoredMessages()
  }

  /// Notes a line in whose middle the process ended, for whoever reads its log.
  func noteUnfinishedLine() {
    guard !isCondemned, let rest = stream.unfinishedLine else { return }
    log.note("its output ended in \(rest)", generation: generation, at: Clock.wall())
  }

  /// Reads its standard error, up to a budget.
  func readErrors(budgetBytes: Int) {
    guard !hasEndedErrors else { return }
    var chunk: [UInt8] = []
    do throws(SystemError) {
      let outcome = try errors.read(into: &chunk, upTo: budgetBytes)
      log.append(chunk[...], generation: generation, at: Clock.wall())
      if outcome == .endOfFile { hasEndedErrors = true }
    } catch {
      // Without its standard error the location can still serve.
      hasEndedErrors = true
    }
  }

  /// Counts the line that is being taken as one that an event comes of.
  func noteEvent() { eventBytes += lineBytes + EventBacklog.eventBytes }

  /// What the events that it has sent take, since this was last asked.
  func takeEventBytes() -> Int {
    defer { eventBytes = 0 }
    return eventBytes
  }

  /// What ends a process that does what it may not.
  func broke(_ refusal: WireRefusal) -> ControlPlane.Input? {
    guard !isCondemned else { return nil }
    isCondemned = true
    let code = FaultCode(rawValue: refusal.code.rawValue)
    return .location(name, .broke(generation, reason: refusal.message, code: code))
  }

  func refuse(_ refusal: WireRefusal, into inputs: inout [ControlPlane.Input]) {
    if let input = broke(refusal) { inputs.append(input) }
  }
}
