import HanseCore
import HanseFaults
import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// Makes one fault happen and checks what it was promised to lead to.
struct FaultChecks {
  private let fault: Fault
  private let scratch: ScratchHost
  private let folder: String
  private let judgesTimes: Bool
  private let name: LocationName
  private var expected: Consequence { fault.entry.consequence }

  /// - Parameters:
  ///   - fault: What is committed by the location of its name.
  ///   - scratch: The host that has the location.
  ///   - folder: The location's working directory.
  ///   - judgesTimes: Whether something that takes too long breaks a promise.
  init(_ fault: Fault, _ scratch: ScratchHost, folder: String, judgesTimes: Bool) {
    self.fault = fault
    self.scratch = scratch
    self.folder = folder
    self.judgesTimes = judgesTimes
    name = LocationName(fault.name)
  }

  func run() -> [DrillCheck] {
    do {
      var checks = try commit()
      if let event = expected.event { checks.append(try logged(event)) }
      if let kind = expected.ignored { checks.append(try counted(kind)) }
      if let code = expected.diagnostic { checks.append(shown(code)) }
      checks += try survivors()
      return checks
    } catch {
      return [DrillCheck("the fault comes to its end", false, "\(error)")]
    }
  }

  private func commit() throws -> [DrillCheck] {
    switch fault.trigger {
    case .start: try atStart()
    case .step: try inStep()
    case .shutdown: try atShutdown()
    }
  }

  // MARK: Triggers

  private func atStart() throws -> [DrillCheck] {
    switch expected.location {
    case .goesOn:
      try scratch.waitUntilRunning(name)
      return [try serves(), goesOn(from: nil)]
    case .restarts(let text):
      let check = try failure(saying: text)
      try scratch.waitUntilRunning(name)
      return [check, try serves()]
    case .fails(let text):
      let status = try scratch.wait(for: "failing", of: name) { $0.isFailing }
      let reason = status.reason ?? ""
      return [
        DrillCheck("the reason says \"\(text)\"", reason.contains(text), reason)
      ]
    }
  }

  private func inStep() throws -> [DrillCheck] {
    let before = try scratch.waitUntilRunning(name)
    let course = try scratch.run("\(name)/faulty")
    var checks = [step(course)]
    switch expected.location {
    case .goesOn, .fails: checks.append(goesOn(from: before))
    case .restarts(let text):
      checks.append(try failure(saying: text))
      try scratch.wait(for: "running again", of: name) {
        $0.state == .running && $0.generation > before.generation
      }
    }
    return checks + [try serves()]
  }

  private func atShutdown() throws -> [DrillCheck] {
    let before = try scratch.waitUntilRunning(name)
    let begin = MonotonicClock.milliseconds()
    scratch.host.restart(name)
    try scratch.wait(for: "running again", of: name) {
      $0.state == .running && $0.generation > before.generation
    }
    let taken = Int(MonotonicClock.milliseconds() - begin)
    let bound = 3 * Int(scratch.patience.shutdown.wholeMilliseconds) + 2000
    return [
      DrillCheck(
        "the next process serves within \(bound) ms",
        taken <= bound || !judgesTimes,
        "\(taken) ms"
      ),
      try serves(),
    ]
  }

  // MARK: Looking

  private func step(_ course: ScratchHost.Course) -> DrillCheck {
    let failure = course.failures.first
    let seen = "\(course.status) \(failure.map { "\($0.code.rawValue): \($0.message)" } ?? "")"
    switch expected.step {
    case .succeeds:
      return DrillCheck(
        "the step succeeds",
        course.status == .succeeded && failure == nil,
        seen
      )
    case .retried(let code, let says):
      let isRight = failure?.code.rawValue == code && failure?.message.contains(says) == true
      return DrillCheck(
        "the attempt is \(code) with \"\(says)\", and the next one succeeds",
        isRight && course.status == .succeeded && course.failures.count == 1,
        seen
      )
    case .fails(let code, let says):
      let isRight = failure?.code.rawValue == code && failure?.message.contains(says) == true
      return DrillCheck(
        "the step fails: \(code) with \"\(says)\"",
        isRight && course.status == .failed && course.failures.count == 1,
        seen
      )
    }
  }

  /// The location makes its sound asset.
  private func serves() throws -> DrillCheck {
    let course = try scratch.run("\(name)/steady")
    return DrillCheck(
      "the location serves in the end",
      course.status == .succeeded,
      "\(course.status) \(course.failures.map(\.message))"
    )
  }

  private func goesOn(from before: LocationStatus?) -> DrillCheck {
    let now = scratch.status(name)
    let isSame = before.map { $0.processID == now?.processID } ?? (now?.generation.number == 1)
    return DrillCheck(
      "its process goes on",
      isSame && now?.state == .running,
      "\(now?.state.rawValue ?? "gone"), generation \(now?.generation.number ?? 0), "
        + (now?.reason ?? "")
    )
  }

  /// The log says that the process ended, or did not come to be, for the reason.
  private func failure(saying text: String) throws -> DrillCheck {
    let told = Monitor<[String]>([])
    let code = expected.code
    let promise = "the log says \"\(text)\"" + (code.map { " with the code \($0)" } ?? "")
    do {
      try scratch.event("an end of \(name) that says \"\(text)\"") { record in
        guard record.location == name, let end = record.payload.end else { return false }
        told.update { $0.append("\(end.reason) (\(end.code ?? "no code"))") }
        return end.reason.contains(text) && (code == nil || end.code == code)
      }
    } catch {
      let seen = told.withLock { $0 }
      return DrillCheck(promise, false, seen.isEmpty ? "\(error)" : "\(seen)")
    }
    return DrillCheck(promise, true, told.withLock { $0.last ?? "" })
  }

  private func logged(_ kind: String) throws -> DrillCheck {
    try scratch.event(kind) { $0.location == name && $0.payload.kind == kind }
    return DrillCheck("the log has \(kind)", true, "")
  }

  /// What means nothing is counted for the location.
  private func counted(_ name: String) throws -> DrillCheck {
    let promise = "what means nothing is counted as \(name)"
    guard let kind = IgnoredMessages.Kind(rawValue: name) else {
      return DrillCheck(promise, false, "there is no such count")
    }
    let status = try scratch.wait(for: "counted for", of: self.name) { $0.ignored[kind] > 0 }
    return DrillCheck(promise, true, "\(status.ignored[kind])")
  }

  private func shown(_ code: String) -> DrillCheck {
    let found = scratch.host.wait(for: .seconds(10)) { snapshot in
      snapshot.diagnostics.contains { $0.code.rawValue == code && $0.location == name }
    }
    let seen = scratch.host.snapshot.diagnostics.filter { $0.location == name }
      .map(\.code.rawValue)
    return DrillCheck("the diagnostic \(code) is shown", found != nil, "\(seen)")
  }

  /// The processes that the location started and left are gone.
  private func survivors() throws -> [DrillCheck] {
    let left = LeftProcesses(of: folder)
    guard left.areNamed else { return [] }
    let alive = try left.alive(limitMilliseconds: 5000)
    try left.end(alive)
    return [DrillCheck("no process that it started survives", alive.isEmpty, "\(alive)")]
  }
}

extension EventPayload {
  /// Why a location's process ended or did not come to be, if the event tells of that.
  fileprivate var end: (reason: String, code: String?)? {
    switch self {
    case .locationExited(let reason, expected: _, standardErrorTail: _, let code),
      .workerExited(let reason, expected: _, standardErrorTail: _, let code):
      (reason, code)
    case .locationFailed(let message, let code), .workerFailed(let message, let code):
      (message, code)
    default: nil
    }
  }
}
