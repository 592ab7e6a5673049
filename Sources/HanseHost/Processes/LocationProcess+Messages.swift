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
      let result: InitializeResult = try read(place)
      guard WireProtocol.versions.contains(result.protocolVersion) else {
        throw WireRefusal(
          .version,
          "chose protocol version \(result.protocolVersion), which the host does not speak"
        )
      }
      hasAnswered = true
      library = Excerpt.ofText("\(result.library.name) \(result.library.version)")
      inputs.append(.location(name, .initialized(generation)))
    case .definitions: try takePage(try read(place), into: &inputs)
    case .step(let attempt):
      reportDropped(at: now, isUrgent: true, into: &inputs)
      answer(attempt, outcome(place), into: &inputs)
    case .ping: inputs.append(.location(name, .ponged(generation)))
    case .shutdown: break
    }
  }

  /// Reads an answer without which the location cannot serve.
  private func read<Value: JSONCodable>(
    _ place: LocationMessage.ResultPlace
  ) throws(WireRefusal) -> Value {
    do throws(JSONError) {
      return try place.read()
    } catch {
      throw WireRefusal(error, in: place.line)
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

  private func takePage(
    _ page: DefinitionsPage,
    into inputs: inout [ControlPlane.Input]
  ) throws(WireRefusal) {
    definitions.assets += page.definitions.assets
    definitions.checks += page.definitions.checks
    definitions.resources += page.definitions.resources
    guard definitions.assets.count + definitions.checks.count <= Self.definitionsLimit else {
      throw WireRefusal(
        .tooMany,
        "defines more than \(Self.definitionsLimit) assets and checks"
      )
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
        .progress(name, generation, notice.attempt, fraction: fraction, message: message)
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
