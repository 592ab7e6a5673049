import HanseCore
import HanseModel
import HanseSystem
import HanseWire

/// What the lines of a location mean.
extension LocationProcess {
  func take(
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
      try take(message.body, lineBytes: line.count, at: now, into: &inputs)
    } catch {
      let reason = "sent a line that is not of the protocol: \(error): \(Excerpt.of(line))"
      inputs += [broke(reason)].compactMap(\.self)
    }
  }

  private func take(
    _ body: LocationMessage.Body,
    lineBytes: Int,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) throws(JSONError) {
    switch body {
    case .result(let id, let place):
      // An answer nobody waits for means nothing.
      guard let call = calls.removeValue(forKey: id) else { return }
      if case .definitions = call { definitionsBytes += lineBytes }
      try take(place, of: call, at: now, into: &inputs)
    case .error(let id, let error):
      guard let id, let call = calls.removeValue(forKey: id) else { return }
      take(error, of: call, into: &inputs)
    case .stepEvent(let notice): take(notice, at: now, into: &inputs)
    case .log(let record):
      guard bucket.take(at: now) else { return reportDropped(at: now, into: &inputs) }
      let text = "\(record.level.rawValue): \(record.message)"
      log.note(text, generation: generation, at: Clock.wall())
    case .unknown: break
    }
  }

  private func take(
    _ place: LocationMessage.ResultPlace,
    of call: Call,
    at now: HostInstant,
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
      reportDropped(at: now, isUrgent: true, into: &inputs)
      answer(attempt, outcome, into: &inputs)
    case .ping: inputs.append(.location(name, .ponged(generation)))
    case .shutdown: break
    }
  }

  private func takePage(
    _ page: DefinitionsPage,
    into inputs: inout [ControlPlane.Input]
  ) throws(JSONError) {
    guard definitionsBytes <= definitionsLimitBytes else {
      definitions = LocationDefinitions()
      let reason = "sent more than \(definitionsLimitBytes) bytes of definitions, the limit"
      inputs += [broke(reason)].compactMap(\.self)
      return
    }
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
    definitionsBytes = 0
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
      answer(attempt, .failed(failure), into: &inputs)
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
      let isTaken = bucket.take(at: now)
      reportDropped(at: now, into: &inputs)
      guard isTaken else { return }
    default: break
    }
    inputs.append(.stepEvent(name, generation, notice.attempt, payload))
  }

  /// Passes a step's end on, unless it came about only because the process was asked to leave.
  private func answer(
    _ attempt: AttemptID,
    _ outcome: RunCoordinator.Outcome,
    into inputs: inout [ControlPlane.Input]
  ) {
    if isLeaving, outcome != .succeeded { return }
    inputs.append(.stepAnswer(name, generation, attempt, outcome))
  }

  /// Tells how much of its log could not be written: once a second, and when the process ends.
  func reportLostLog(
    at now: HostInstant,
    isUrgent: Bool = false,
    into inputs: inout [ControlPlane.Input]
  ) {
    guard let loss = log.loss else { return }
    if !isUrgent, let last = reportedLossAt, now - last < .seconds(1) { return }
    reportedLossAt = now
    log.loss = nil
    inputs.append(
      .logLost(name, generation, count: loss.lines, bytes: loss.bytes, reason: loss.reason)
    )
  }

  /// Tells how many events were left out: once a second, and when something ends.
  func reportDropped(
    at now: HostInstant,
    isUrgent: Bool = false,
    into inputs: inout [ControlPlane.Input]
  ) {
    guard bucket.refused > 0 else { return }
    if !isUrgent, let last = reportedDropsAt, now - last < .seconds(1) { return }
    reportedDropsAt = now
    inputs.append(
      .eventsDropped(
        name,
        generation,
        count: bucket.takeRefused(),
        limitPerSecond: limits.eventsPerSecond
      )
    )
  }
}
