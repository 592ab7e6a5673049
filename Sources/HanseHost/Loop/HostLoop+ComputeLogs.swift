import HanseCore
import HanseModel
import HanseSystem

/// What the loop has to do with compute logs, which are written elsewhere.
struct ComputeLogBook {
  /// What waits until the log is written.
  var gate = LogGate()
  /// The locations that are not read from, because too much of their log waits for the disk.
  var held: Set<LocationName> = []
  /// When what could not be written was last told, by location.
  var lossToldAt: [LocationName: HostInstant] = [:]
  /// When it is to be told again: a flood of it must not become a flood of events.
  var lossDueAt: [LocationName: HostInstant] = [:]

  /// When something is to be done whatever the writers do.
  var nextWakeUp: HostInstant? {
    [gate.nextDeadline, lossDueAt.values.min()].compactMap(\.self).min()
  }
}

/// Compute logs: who is held back for them, and what is told only once they are written.
extension HostLoop {
  /// How long the end of a process waits for its log: it may run again, and somebody waits for that.
  private static let endWait = Duration.seconds(1)
  private static let lossInterval = Duration.seconds(1)

  // MARK: Reading

  /// Reads what a process writes to its standard error, and has that written.
  func readErrors(of process: LocationProcess) {
    guard !books.held.contains(process.name) else { return }
    process.readErrors(budgetBytes: Self.errorsBudgetBytes)
    holdForLog(process.name)
    if process.hasEndedErrors { close(.errors, of: process) }
  }

  /// Stops reading from a location of whose log too much waits for the disk.
  func holdForLog(_ name: LocationName) {
    guard !books.held.contains(name), let writer = launcher.computeLog(of: name) else { return }
    let limit = configuration.logBacklogBytes
    guard writer.waitingBytes + books.gate.waitingBytes(of: name) > limit else { return }
    books.held.insert(name)
    for process in processes.values where process.name == name { holdForLog(process) }
    notePublishing()
    // It may all have been written meanwhile.
    takeLogNews(of: name)
  }

  /// Does not read from a process whose location is held back for its log.
  func holdForLog(_ process: LocationProcess) {
    guard books.held.contains(process.name) else { return }
    unread.remove(process.key)
    unwatch(.output, of: process)
    unwatch(.errors, of: process)
    tellHold(of: process)
  }

  /// Tells the control plane whether a process is read from.
  func tellHold(of process: LocationProcess) {
    let isHeld = cannotHear(process)
    guard process.isHeld != isHeld else { return }
    process.isHeld = isHeld
    handle(.location(process.name, .held(process.generation, isHeld)))
  }

  // MARK: The order of log and events

  /// Tells what a process has said: an answer to a step once the log is written up to there.
  func take(_ inputs: [ControlPlane.Input], of process: LocationProcess) {
    if inputs.contains(where: { $0.answeredAttempt != nil }) {
      // What it wrote before it answered is in the pipe by now: all of that, whatever a turn takes.
      process.readErrors(budgetBytes: Self.pipeBytes)
    }
    for input in inputs {
      guard let attempt = input.answeredAttempt,
        mustWait(.init(inputs: [input], place: process.log.end, bytes: input.textBytes), process)
      else {
        handle(input)
        continue
      }
      handle(.stepAnswerWaits(process.name, process.generation, attempt))
    }
    holdForLog(process.name)
  }

  /// Tells that a process has ended, once its log is written.
  func takeEnd(_ input: ControlPlane.Input, of process: LocationProcess) {
    var inputs = [input]
    if process.isHeld {
      inputs.insert(.location(process.name, .held(process.generation, false)), at: 0)
    }
    let entry = LogGate.Entry(
      inputs: inputs,
      place: process.log.end,
      deadline: Clock.now() + Self.endWait,
      ended: process.generation
    )
    if !mustWait(entry, process) { tell(entry, of: process.name) }
  }

  /// Keeps something until the log is written up to there; false when it is.
  private func mustWait(_ entry: LogGate.Entry, _ process: LocationProcess) -> Bool {
    let name = process.name
    if books.gate.nextPlace(of: name) == nil,
      launcher.computeLog(of: name)?.isWritten(upTo: entry.place) ?? true
    {
      return false
    }
    books.gate.add(entry, of: name)
    return true
  }

  private func tell(_ entry: LogGate.Entry, of name: LocationName) {
    if entry.ended != nil { tellLosses(of: name, isUrgent: true, at: Clock.now()) }
    for input in entry.inputs { handle(input) }
  }

  // MARK: News

  /// Looks at what a writer has done.
  func takeLogNews(of name: LocationName) {
    guard let writer = launcher.computeLog(of: name) else { return }
    let now = Clock.now()
    let entries = books.gate.release(name, isWritten: { writer.isWritten(upTo: $0) }, at: now)
    for entry in entries { tell(entry, of: name) }
    tellLosses(of: name, isUrgent: false, at: now)
    guard books.held.contains(name) else { return }
    let spare = configuration.logBacklogBytes / 2
    let kept = books.gate.waitingBytes(of: name)
    // What waits in the gate goes with what is written.
    guard writer.isWritten(upTo: writer.end - spare), kept <= spare else { return }
    books.held.remove(name)
    notePublishing()
    for process in processes.values where process.name == name {
      tellHold(of: process)
      resumeReading(of: process)
    }
  }

  /// Does what was put off until now.
  func tendLogs(at now: HostInstant) {
    guard let due = books.nextWakeUp, due <= now else { return }
    for name in Set(books.gate.locations + Array(books.lossDueAt.keys)).sorted() {
      takeLogNews(of: name)
    }
  }

  /// Tells how much of a log could not be written: once a second, and when a process has ended.
  private func tellLosses(of name: LocationName, isUrgent: Bool, at now: HostInstant) {
    guard let writer = launcher.computeLog(of: name), writer.hasLosses else { return }
    if !isUrgent, let last = books.lossToldAt[name], now - last < Self.lossInterval {
      books.lossDueAt[name] = last + Self.lossInterval
      return
    }
    books.lossToldAt[name] = now
    books.lossDueAt[name] = nil
    for (generation, loss) in writer.takeLosses() {
      handle(
        .logLost(name, generation, count: loss.lines, bytes: loss.bytes, reason: loss.reason)
      )
    }
  }

  /// Tells what still waits, and what could not be written: no writer will say more.
  func concludeLogs() {
    for name in books.gate.locations {
      for entry in books.gate.release(name, isWritten: { _ in true }, at: Clock.now()) {
        tell(entry, of: name)
      }
    }
    for name in launcher.locationsWithLogs { tellLosses(of: name, isUrgent: true, at: Clock.now()) }
  }
}

extension ControlPlane.Input {
  /// The attempt that it is the answer to.
  fileprivate var answeredAttempt: AttemptID? {
    if case .stepAnswer(_, _, let attempt, _) = self { attempt } else { nil }
  }

  /// What an answer takes in memory, about.
  fileprivate var textBytes: Int {
    guard case .stepAnswer(_, _, _, .failed(let failure)) = self else {
      return EventBacklog.eventBytes
    }
    return EventBacklog.eventBytes + failure.message.utf8.count
      + (failure.errorType?.utf8.count ?? 0)
  }
}
