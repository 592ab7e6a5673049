import HanseModel
import HanseSystem
import HanseWire

/// Checks that a location's program keeps to the protocol, in whatever language it is written.
package struct ConformanceSuite: Sendable {
  /// How the program is started.
  package struct Program: Hashable, Sendable {
    /// A path.
    package var executable: String
    /// What follows, before `serve`.
    package var arguments: [String]
    package var environment: [String: String]

    package init(executable: String, arguments: [String], environment: [String: String]) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
    }
  }

  private struct Skipped: Error {
    var why: String
  }

  private let program: Program

  package init(_ program: Program) { self.program = program }

  /// Makes every check, each with a process of its own.
  package func run(told: (ConformanceResult) -> Void = { _ in }) throws -> ConformanceReport {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-conform-")
    defer {
      // Teardown: what is left over lies in the temporary directory of the system.
      try? Files.removeTree(folder)
    }
    var results: [ConformanceResult] = []
    for check in ConformanceCheck.allCases {
      let result = attempt(check, folder)
      told(result)
      results.append(result)
    }
    return ConformanceReport(results: results)
  }

  private func attempt(_ check: ConformanceCheck, _ folder: String) -> ConformanceResult {
    var result = ConformanceResult(
      check: check.rawValue,
      demand: check.demand.text,
      section: check.demand.section,
      verdict: .conforms,
      seen: ""
    )
    do {
      let client = try ConformanceClient(program, directory: folder)
      defer { client.close() }
      result.seen = try perform(check, client, folder)
      if let problem = client.problems.first { throw ConformanceClient.Problem(problem) }
    } catch let skipped as Skipped {
      (result.verdict, result.seen) = (.skipped, skipped.why)
    } catch {
      (result.verdict, result.seen) = (.fails, "\(error)")
    }
    return result
  }

  private func perform(
    _ check: ConformanceCheck,
    _ client: ConformanceClient,
    _ folder: String
  ) throws -> String {
    switch check {
    case .versions: return try versions(client, folder)
    case .order:
      try client.send(.definitions(id: 9, DefinitionsRequest()))
      return "the error \(try client.errorCode(9))"
    case .unknownMembers:
      try client.initialize(io: folder, extra: #""mood":{"of":["the",1,null]},"#)
      return "it answers"
    default: break
    }
    let handshake = try client.initialize(io: folder)
    switch check {
    case .handshake:
      guard WireProtocol.versions.contains(handshake.protocolVersion) else {
        throw ConformanceClient.Problem("version \(handshake.protocolVersion), never offered")
      }
      return "version \(handshake.protocolVersion), \(handshake.library.name)"
    case .definitions, .step, .busyPing, .unknownStep, .lines, .badParameters:
      return try work(check, client)
    case .shutdown: return try shutDown(client)
    case .hangUp:
      client.hangUp()
      return "\(try client.exitStatus(within: .seconds(8)))"
    default: return try small(check, client)
    }
  }

  private func versions(_ client: ConformanceClient, _ folder: String) throws -> String {
    let request = InitializeRequest(
      protocolVersions: [9001],
      host: HanseWire.Program(name: "hanse-conform", version: "1"),
      location: "conform",
      generation: Generation(1),
      epoch: HostEpoch(1),
      limits: WireLimits(),
      io: StorageChoice(kind: "filesystem", path: folder)
    )
    try client.send(.initialize(id: 1, request))
    return try expect(RPCError.Code.noCommonVersion, try client.errorCode(1))
  }

  private func expect(_ code: Int, _ seen: Int) throws -> String {
    guard code == seen else { throw ConformanceClient.Problem("the error \(seen)") }
    return "the error \(seen)"
  }

  // MARK: Small talk

  private func small(_ check: ConformanceCheck, _ client: ConformanceClient) throws -> String {
    switch check {
    case .unknownMethod:
      try client.send(.unknown(id: 5, method: "weather/forecast"))
      return try expect(RPCError.Code.methodNotFound, try client.errorCode(5))
    case .unknownNotification:
      try client.send(.unknown(id: nil, method: "weather/changed"))
    case .badLine:
      try client.send("nonsense")
      _ = try expect(RPCError.Code.parseError, try client.errorCode(nil))
    case .blankLines: try client.send("\n  \r\n")
    case .cancelNothing:
      try client.send(.cancelStep(attempt("conform/nothing", 1)))
    case .bigLine:
      let text = String(repeating: "x", count: 4 << 20)
      try client.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"weather/changed\",\"params\":{\"text\":\"\(text)\"}}"
      )
    default: break
    }
    try client.send(.ping(id: 6))
    let answer: PingResult = try client.result(6)
    guard answer.stepsInFlight == 0 else {
      throw ConformanceClient.Problem(
        "\(answer.stepsInFlight) steps in flight, where there is none"
      )
    }
    return "it answers pings"
  }

  private func attempt(_ key: String, _ number: Int) -> AttemptID {
    AttemptID(run: "conformancerun", step: StepKey(key), attempt: number, epoch: HostEpoch(1))
  }

  private func shutDown(_ client: ConformanceClient) throws -> String {
    try client.send(.shutdown(id: 7))
    _ = try client.result(7, as: Nothing.self)
    let status = try client.exitStatus(within: .seconds(5))
    guard status.isSuccess else { throw ConformanceClient.Problem("\(status)") }
    return "an answer, and \(status)"
  }

  // MARK: Definitions and steps

  private func work(_ check: ConformanceCheck, _ client: ConformanceClient) throws -> String {
    let (definitions, pages) = try client.definitions()
    switch check {
    case .definitions:
      if let bad = definitions.assets.first(where: { $0.key.problem != nil }) {
        throw ConformanceClient.Problem("the key \"\(bad.key)\": \(bad.key.problem ?? "")")
      }
      return "\(definitions.assets.count) assets and \(definitions.checks.count) checks "
        + "in \(pages.count) page\(pages.count == 1 ? "" : "s")"
    case .unknownStep:
      return try unknownStep(client)
    case .badParameters:
      try client.send(#"{"jsonrpc":"2.0","id":8,"method":"step/execute","params":{"run":7}}"#)
      return try expect(RPCError.Code.invalidParameters, try client.errorCode(8))
    case .busyPing:
      let id = try executable(in: definitions)
      try client.send(.executeStep(id: 20, id.request))
      try client.send(.ping(id: 21))
      let answer: PingResult = try client.result(21)
      return "\(answer.stepsInFlight) steps in flight"
    default: return try step(client, try executable(in: definitions))
    }
  }

  /// One step that can be asked for: an asset that nothing is read for.
  private struct Task {
    var request: StepRequest
    var assets: [AssetKey]
  }

  private func executable(in definitions: LocationDefinitions) throws -> Task {
    guard
      let asset = definitions.assets.first(where: {
        $0.dependencies.isEmpty && $0.operation == nil && $0.key.problem == nil
      })
    else { throw Skipped(why: "it has no asset without upstreams") }
    let request = StepRequest(attempt: attempt(asset.key.path, 1), assets: [asset.key])
    return Task(request: request, assets: [asset.key])
  }

  private func step(_ client: ConformanceClient, _ task: Task) throws -> String {
    try client.send(.executeStep(id: 20, task.request))
    let outcome: StepOutcome = try client.result(20)
    let events = client.events(of: task.request.attempt)
    switch outcome {
    case .canceled: throw ConformanceClient.Problem("canceled, and nobody has asked for that")
    case .failed(let failure):
      return "the step \(task.request.attempt.step) failed: \(failure.message)"
    case .succeeded:
      let made = events.count { event in
        if case .materialized(let value) = event {
          task.assets.contains(value.asset)
        } else {
          false
        }
      }
      guard made == task.assets.count else {
        throw ConformanceClient.Problem(
          "the step \(task.request.attempt.step) succeeded with \(made) materialized events "
            + "before the answer"
        )
      }
      return "the step \(task.request.attempt.step) succeeded with \(events.count) events"
    }
  }

  private func unknownStep(_ client: ConformanceClient) throws -> String {
    let key = "conform/no_such_asset"
    let request = StepRequest(attempt: attempt(key, 1), assets: [AssetKey(key)])
    try client.send(.executeStep(id: 20, request))
    return try client.first("answer to the step") { body in
      switch body {
      case .error(20, let error): return "the error \(error.code)"
      case .result(20, let place):
        guard case .failed(let failure) = try place.read(as: StepOutcome.self) else {
          throw ConformanceClient.Problem("it did not fail")
        }
        guard failure.code == .protocol else {
          throw ConformanceClient.Problem("it failed with the code \(failure.code.rawValue)")
        }
        return "it failed: \(failure.message)"
      default: return nil
      }
    }
  }
}
