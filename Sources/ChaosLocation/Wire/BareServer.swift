import HanseFaults
import HanseModel
import HanseSystem
import HanseWire

/// Serves by hand-written lines, soundly but for the fault.
///
/// One thread reads and answers; each step has a thread of its own, so that pings are answered.
final class BareServer: Sendable {
  /// What the reading thread does with what comes.
  struct Hearing: Sendable {
    /// Nothing more is read.
    var isDeaf = false
    var answersPings = true
    /// Pings get an error for an answer.
    var refusesPings = false
  }

  let settings: Settings
  let writer = WireWriter()
  let hearing = Monitor(Hearing())
  private let stepsInFlight = Monitor(0)

  init(_ settings: Settings) { self.settings = settings }

  func run() -> Never {
    if settings.fault == .shutdown(.ignoreTerminate), settings.isDue { ignoreTermination() }
    if case .handshake(let fault) = settings.fault, settings.isDue {
      HandshakeMisdeeds(self).prepare(fault)
    }
    var framer = LineFramer(limitBytes: 64 << 20)
    var chunk: [UInt8] = []
    do {
      while true {
        chunk.removeAll(keepingCapacity: true)
        let outcome = try StandardStreams.standardInput.read(into: &chunk, upTo: 1 << 16)
        if hearing.withLock({ $0.isDeaf }) { Waiting.forEver() }
        guard case .bytes = outcome else { hangUp() }
        framer.append(chunk)
        while let line = try framer.next() { take(line) }
      }
    } catch {
      SelfProcess.exitNow(1)
    }
  }

  /// SIGTERM stays pending, in every thread that starts from here on.
  private func ignoreTermination() {
    do {
      try Signals.block([.terminate])
    } catch {
      Main.say("SIGTERM cannot be blocked: \(error)\n", on: StandardStreams.standardError)
    }
  }

  /// The end of the input.
  private func hangUp() -> Never {
    if case .shutdown(let fault) = settings.fault, settings.isDue, fault.staysWithoutHost {
      Waiting.forEver()
    }
    SelfProcess.exitNow(0)
  }

  private func take(_ line: [UInt8]) {
    let message: HostMessage
    do throws(JSONError) {
      message = try HostMessage.decode(line)
    } catch {
      writer.say("\"id\":null,\"error\":{\"code\":-32700,\"message\":\"not a message\"}")
      return
    }
    switch message {
    case .initialize(let id, let request): initialize(id, request)
    case .definitions(let id, let request): define(id, request)
    case .executeStep(let id, let request): execute(id, request)
    case .cancelStep: break
    case .ping(let id): pong(id)
    case .shutdown(let id): leave(id)
    case .unknown(let id?, let method):
      writer.refuse(id, code: -32601, "there is no method \(method.prefix(100))")
    case .unknown(nil, _): break
    }
  }

  // MARK: What a sound location does

  static let handshake =
    #"{"protocolVersion":1,"library":{"name":"chaos-location","version":"1"}}"#

  private func initialize(_ id: Int64, _ request: InitializeRequest) {
    if case .handshake(let fault) = settings.fault, settings.isDue {
      HandshakeMisdeeds(self).commit(fault, id)
    } else {
      writer.answer(id, Self.handshake)
    }
  }

  private func define(_ id: Int64, _ request: DefinitionsRequest) {
    if case .definitions(let fault) = settings.fault, settings.isDue {
      DefinitionsMisdeeds(self).commit(fault, id, cursor: request.cursor)
    } else {
      writer.answer(id, "{\"assets\":[\(assets)],\"digest\":\"chaos\"}")
    }
  }

  /// The three assets of every chaotic location.
  var assets: String {
    let name = settings.name
    return "{\"key\":\"\(name)/steady\"},"
      + "{\"key\":\"\(name)/next\",\"dependencies\":[\"\(name)/steady\"]},"
      + "{\"key\":\"\(name)/faulty\",\"retry\":{\"maxRetries\":1,\"delayMilliseconds\":10}}"
  }

  private func pong(_ id: Int64) {
    let hearing = hearing.withLock { $0 }
    guard hearing.answersPings else { return }
    if hearing.refusesPings { return writer.refuse(id, code: -32601, "there is no method ping") }
    writer.answer(id, "{\"stepsInFlight\":\(stepsInFlight.withLock { $0 })}")
  }

  private func leave(_ id: Int64) {
    if case .shutdown(let fault) = settings.fault, settings.isDue {
      ShutdownMisdeeds(self).commit(fault, id)
    } else {
      writer.answer(id, "{}")
      SelfProcess.exitNow(0)
    }
  }

  private func execute(_ id: Int64, _ request: StepRequest) {
    let step = Step(id: id, request: request)
    stepsInFlight.withLock { $0 += 1 }
    do {
      try OSThread.start(name: "chaos-step") { [self] in
        work(step)
        stepsInFlight.withLock { $0 -= 1 }
      }
    } catch {
      writer.refuse(id, code: -32603, "no thread for the step")
    }
  }

  private func work(_ step: Step) {
    guard step.isFaulty, Steps.isFaulty(attempt: step.number) else { return succeed(step) }
    switch settings.fault {
    case .step(let fault): StepMisdeeds(self).commit(fault, step)
    case .wire(let fault): WireMisdeeds(self).commit(fault, step)
    case .processes(.grandchildHoldsPipes):
      do {
        try ProcessMisdeeds.startHelper()
      } catch {
        Main.say("no helper: \(error)\n", on: StandardStreams.standardError)
      }
      SelfProcess.exitNow(9)
    default: succeed(step)
    }
  }

  /// Tells what was made, and answers.
  func succeed(_ step: Step) {
    report(step)
    answer(step)
  }

  func report(_ step: Step) {
    for asset in step.assets {
      writer.tell(step.attempt, "materialized", "{\"asset\":\"\(asset)\"}")
    }
  }

  func answer(_ step: Step) { writer.answer(step.id, #"{"status":"succeeded"}"#) }
}

/// One attempt that the host has asked for.
struct Step: Sendable {
  var id: Int64
  var number: Int
  var assets: [String]
  var epoch: Int
  /// The four members that name it, each with a comma behind it.
  var attempt: String
  /// The first of them.
  private var run: String
  private var key: String

  init(id: Int64, request: StepRequest) {
    self.id = id
    number = request.attempt.attempt
    assets = request.assets.map(\.path)
    epoch = Int(request.attempt.epoch.number)
    run = request.attempt.run.text
    key = request.attempt.step.text
    attempt = ""
    attempt = members()
  }

  var isFaulty: Bool { key.hasSuffix("/faulty") }

  /// The attempt's members with some of them changed.
  func members(run: String? = nil, attempt: Int? = nil, epoch: Int? = nil) -> String {
    "\"run\":\"\(run ?? self.run)\",\"step\":\"\(key)\","
      + "\"attempt\":\(attempt ?? number),\"epoch\":\(epoch ?? self.epoch),"
  }
}
