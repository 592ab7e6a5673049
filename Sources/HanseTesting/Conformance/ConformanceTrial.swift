import HanseModel
import HanseSystem
import HanseWire

/// One check of a program, with the process that it is made with.
struct ConformanceTrial {
  /// The location has nothing that it could be looked at with.
  struct Skipped: Error {
    var why: String
  }

  typealias Problem = ConformanceClient.Problem

  let program: ConformanceSuite.Program
  let asset: AssetKey?
  let patience: ConformanceSuite.Patience
  /// Where the location keeps its values.
  let folder: String
  let client: ConformanceClient

  /// Makes the check.
  ///
  /// - Returns: What was seen.
  /// - Throws: ``Skipped``, or what does not conform.
  func perform(_ check: ConformanceCheck) throws -> String {
    switch check {
    case .versions: return try versions()
    case .order:
      try client.send(.definitions(id: 9, DefinitionsRequest()))
      return try expect(RPCError.Code.invalidRequest, try client.errorCode(9))
    case .unknownMembers:
      try client.initialize(io: folder, extra: #""mood":{"of":["the",1,null]},"#)
      return "it answers"
    default: break
    }
    let handshake = try client.initialize(io: folder)
    switch check {
    case .handshake:
      guard WireProtocol.versions.contains(handshake.protocolVersion) else {
        throw Problem("version \(handshake.protocolVersion), never offered")
      }
      return "version \(handshake.protocolVersion), \(handshake.library.name)"
    case .definitions: return try definitions()
    case .paging: return try paging()
    case .badParameters:
      try client.send(#"{"jsonrpc":"2.0","id":8,"method":"step/execute","params":{"run":7}}"#)
      return try expect(RPCError.Code.invalidParameters, try client.errorCode(8))
    case .step, .lines: return try step()
    case .busyPing: return try busyPing()
    case .cancel: return try cancel()
    case .unknownStep: return try unknownStep()
    case .shutdown: return try shutDown()
    case .hangUp:
      client.hangUp()
      return "\(try client.exitStatus(within: patience.hangUp))"
    default: return try small(check)
    }
  }

  private func versions() throws -> String {
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
    guard code == seen else { throw Problem("the error \(seen) instead of \(code)") }
    return "the error \(seen)"
  }

  // MARK: Small talk

  private func small(_ check: ConformanceCheck) throws -> String {
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
      throw Problem("\(answer.stepsInFlight.counted("step")) in flight, where there is none")
    }
    return "it answers pings"
  }

  func attempt(_ key: String, _ number: Int) -> AttemptID {
    AttemptID(run: "conformancerun", step: StepKey(key), attempt: number, epoch: HostEpoch(1))
  }

  private func shutDown() throws -> String {
    try client.send(.shutdown(id: 7))
    _ = try client.result(7, as: Nothing.self, within: patience.shutdown)
    let status = try client.exitStatus(within: patience.shutdown)
    guard status.isSuccess else { throw Problem("\(status)") }
    return "an answer, and \(status)"
  }

  // MARK: Definitions

  private func definitions() throws -> String {
    let (definitions, pages) = try client.definitions()
    if let bad = definitions.assets.first(where: { $0.key.problem != nil }) {
      throw Problem("the key \"\(bad.key)\": \(bad.key.problem ?? "")")
    }
    return definitions.assets.count.counted("asset") + " and "
      + definitions.checks.count.counted("check") + " in " + pages.count.counted("page")
  }

  /// Asks a second process, which may send short lines only.
  ///
  /// What would hardly fit a short line by itself may be missing from it: a location leaves out what
  /// it cannot send.
  private func paging() throws -> String {
    let limits = WireLimits(lineBytes: 1 << 16)
    let (whole, _) = try client.definitions()
    let strict = try ConformanceClient(program, patience: patience, limits: limits)
    defer { strict.close() }
    try strict.initialize(io: folder)
    let (cut, pages) = try strict.definitions()
    if let problem = strict.problems.first { throw Problem(problem) }
    let (wanted, seen) = (Listing(whole), Listing(cut))
    for (name, bytes) in wanted.items.sorted(by: { $0.key < $1.key })
    where seen.items[name] == nil && bytes < limits.lineBytes / 2 {
      throw Problem("\(name) is missing from \(pages.count.counted("page")) of short lines")
    }
    if let extra = seen.items.keys.filter({ wanted.items[$0] == nil }).min() {
      throw Problem("\(extra) is only there with short lines")
    }
    guard seen.count == seen.items.count || seen.count == wanted.count else {
      throw Problem(
        "\(seen.count) definitions with short lines, and \(wanted.count) with long ones"
      )
    }
    guard pages.count > 1 else {
      throw Skipped(
        why: "its definitions fit into a line of \(limits.lineBytes) bytes, the shortest limit"
      )
    }
    return "the same definitions in \(pages.count.counted("page"))"
  }

  /// What definitions are there, by name, with the bytes that each takes.
  private struct Listing {
    var items: [String: Int] = [:]
    var count = 0

    init(_ definitions: LocationDefinitions) {
      count = definitions.assets.count + definitions.checks.count
      for asset in definitions.assets {
        items["asset \"\(asset.key)\""] = JSONWriter.encode(asset).count
      }
      for check in definitions.checks {
        items["check \"\(check.name)\" of \"\(check.asset)\""] = JSONWriter.encode(check).count
      }
    }
  }
}
