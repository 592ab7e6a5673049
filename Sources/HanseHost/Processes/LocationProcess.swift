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
  private var framer: LineFramer
  private var outbox: Outbox
  var calls: [Int64: Call] = [:]
  private var nextCall: Int64 = 1
  var lastSeq: Int64 = 0
  var library = "unknown"
  var definitions = LocationDefinitions()
  var bucket: TokenBucket
  /// When dropped events were last reported: a flood of them must not become a flood of reports.
  var reportedDropsAt: HostInstant?
  /// When lost lines of its log were last reported.
  var reportedLossAt: HostInstant?
  /// What the pages of its definitions so far took on the wire.
  var definitionsBytes = 0
  /// Whether it was asked to leave: what it says of its steps from then on is the leaving's doing.
  private(set) var isLeaving = false
  /// Whether there is nothing more to be written; the loop then closes the pipe.
  private(set) var hasFinishedInput = false
  /// Whether it closed its output; the loop then closes the pipe.
  private(set) var hasEndedOutput = false
  private(set) var hasEndedErrors = false
  /// Whether what it sends no longer matters: it broke the protocol, and its end is on the way.
  private(set) var isCondemned = false
  /// Whether it was this host that killed it.
  private(set) var wasKilled = false
  var log: ComputeLog

  static let outboxLimitBytes = 64 << 20
  static let definitionsLimit = 1_000_000
  let definitionsLimitBytes: Int

  init(
    name: LocationName,
    generation: Generation,
    process: ChildProcess,
    pipes: (input: Descriptor, output: Descriptor, errors: Descriptor),
    limits: WireLimits,
    definitionsLimitBytes: Int,
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
    framer = LineFramer(limitBytes: limits.lineBytes)
    outbox = Outbox(limitBytes: Self.outboxLimitBytes)
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
      let waiting = outbox.waitingBytes >> 20
      return broke("does not read its input: \(waiting) MiB wait to be written to it")
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
      case .broken: hasFinishedInput = true
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
    guard !hasEndedOutput else { return false }
    var chunk: [UInt8] = []
    do throws(SystemError) {
      let outcome = try output.read(into: &chunk, upTo: budgetBytes)
      // What a condemned process still says is not even kept.
      if !isCondemned { framer.append(chunk) }
      takeLines(at: now, into: &inputs)
      switch outcome {
      case .bytes(let count): return count == budgetBytes
      case .wouldBlock: return false
      case .endOfFile:
        hasEndedOutput = true
        return false
      }
    } catch {
      inputs += [broke("its output cannot be read: \(error)")].compactMap(\.self)
      return false
    }
  }

  /// The bytes of a line that has not ended.
  var pendingBytes: Int { framer.pendingBytes }

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

  /// What ends a process that does what it may not.
  func broke(_ reason: String) -> ControlPlane.Input? {
    guard !isCondemned else { return nil }
    isCondemned = true
    return .location(name, .broke(generation, reason: reason))
  }
}
