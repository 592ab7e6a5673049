import HanseCore
import HanseModel
import HanseSystem
import HanseWire

/// What the lines of a location mean.
extension LocationProcess {
  /// Takes what one line says.
  ///
  /// - Parameters:
  ///   - body: What it says.
  ///   - now: When.
  ///   - inputs: Gets what that means.
  /// - Throws: ``WireRefusal`` when the process cannot go on.
  func take(
    _ body: LocationMessage.Body,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) throws(WireRefusal) {
    switch body {
    case .result(let id, let place):
      guard let call = calls.removeValue(forKey: id) else { return ignored.note(.unaskedAnswers) }
      try take(place, of: call, at: now, into: &inputs)
    case .error(let id, let error):
      guard let id, let call = calls.removeValue(forKey: id) else {
        return ignored.note(.unaskedAnswers)
      }
      try take(error, of: call, into: &inputs)
    case .stepEvent(let notice): take(notice, at: now, into: &inputs)
    case .log(let record):
      guard bucket.take(at: now) else { return reportDropped(at: now, into: &inputs) }
      let text = "\(record.level.rawValue): \(record.message)"
      log.note(text, generation: generation, at: Clock.wall())
    case .malformed(let method, let error):
      ignored.note(.malformedNotifications)
      guard bucket.take(at: now) else { return reportDropped(at: now, into: &inputs) }
      let text = "a notification `\(Excerpt.ofText(method))` that cannot be read: "
      log.note(text + Excerpt.ofText("\(error)"), generation: generation, at: Clock.wall())
    case .unknown: ignored.note(.unknownMethods)
    }
  }

  private func take(
    _ place: LocationMessage.ResultPlace,
    of call: Call,
    at now: HostInstant,
    into inputs: inout [ControlPlane.Input]
  ) throws(WireRefusal) {
    switch call {
    case .initialize:
      let result: InitializeResult = try place.demand()
      guard WireProtocol.versions.contains(result.protocolVersion) else {
        throw WireRefusal(
          .version,
          "chose protocol version \(result.protocolVersion), which the host does not speak"
        )
      }
      hasAnswered = true
      library = Excerpt.ofText("\(result.library.name) \(result.library.version)")
      inputs.append(.location(name, .initialized(generation)))
    case .definitions:
      let outline: DefinitionsPage.Outline = try place.demand()
      try take(outline, of: place, into: &inputs)
      definitionsWork.append(.page(place, outline))
    case .step(let attempt):
      reportDropped(at: now, isUrgent: true, into: &inputs)
      answer(attempt, outcome(place), into: &inputs)
    case .ping: inputs.append(.location(name, .ponged(generation)))
    case .shutdown: break
    }
  }

  /// Reads how a step went; an answer that cannot be read fails that step and no other.
  private func outcome(_ place: LocationMessage.ResultPlace) -> RunCoordinator.Outcome {
    do throws(JSONError) {
      switch try place.read(as: StepOutcome.self) {
      case .succeeded: return .succeeded
      case .failed(let failure): return .failed(failure)
      case .canceled: return .canceled
      }
    } catch {
      return .failed(
        StepFailure(
          .protocol,
          message: "location \"\(name)\" \(WireRefusal.text(error, in: place.line))",
          isRetryable: false
        )
      )
    }
  }

  /// Goes on with the definitions; what is defined is read elsewhere.
  func take(
    _ outline: DefinitionsPage.Outline,
    of place: LocationMessage.ResultPlace,
    into inputs: inout [ControlPlane.Input]
  ) throws(WireRefusal) {
    definitionsBytes += place.line.count
    guard definitionsBytes <= definitionsLimitBytes else {
      throw WireRefusal(
        .tooMany,
        "sent more than \(definitionsLimitBytes) bytes of definitions, the limit"
      )
    }
    if let cursor = outline.nextCursor {
      inputs += [requestDefinitions(cursor: cursor)].compactMap(\.self)
    } else {
      definitionsBytes = 0
      awaitsLoading = true
    }
  }

  /// What it means that all its definitions are read.
  func take(_ loaded: DefinitionsReader.Loaded, into inputs: inout [ControlPlane.Input]) {
    awaitsLoading = false
    guard !isCondemned else { return }
    let loaded = ControlPlane.LoadedDefinitions(
      definitions: loaded.definitions,
      digest: loaded.digest,
      library: library
    )
    inputs.append(.loaded(name, generation, loaded))
  }

  private func take(
    _ error: RPCError,
    of call: Call,
    into inputs: inout [ControlPlane.Input]
  ) throws(WireRefusal) {
    let said = "\(Excerpt.ofText(error.message)) (code \(error.code))"
    switch call {
    case .initialize: throw WireRefusal(.refused, "refused the handshake: \(said)")
    case .definitions: throw WireRefusal(.refused, "could not give its definitions: \(said)")
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
        .progress(
          name,
          generation,
          notice.attempt,
          fraction: fraction,
          // Kept as long as the attempt is in flight, and shown with its run.
          message: message.map { Excerpt.ofText($0) }
        )
      )
      return
    case .unknown: return ignored.note(.unknownEvents)
    }
    switch payload {
    case .observed, .logged:
      let isTaken = bucket.take(at: now)
      reportDropped(at: now, into: &inputs)
      guard isTaken else { return }
    default: break
    }
    noteEvent()
    inputs.append(.stepEvent(name, generation, notice.attempt, payload))
  }

  /// Passes a step's end on, unless it came about only because the process was asked to leave.
  private func answer(
    _ attempt: AttemptID,
    _ outcome: RunCoordinator.Outcome,
    into inputs: inout [ControlPlane.Input]
  ) {
    if isLeaving, outcome != .succeeded { return }
    noteEvent()
    inputs.append(.stepAnswer(name, generation, attempt, outcome))
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
