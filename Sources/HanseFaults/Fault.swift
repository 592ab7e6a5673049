/// One way in which a location can misbehave, and what that must lead to.
///
/// The cases of each area are an enumeration of their own, so that whoever commits faults cannot
/// forget one.
package enum Fault: Hashable, Sendable {
  /// In the location's entry of the workspace, or in the file that it names.
  case entry(EntryFault)
  case start(StartFault)
  case handshake(HandshakeFault)
  case definitions(DefinitionsFault)
  case step(StepFault)
  case wire(WireFault)
  case memory(MemoryFault)
  case processes(ProcessFault)
  case shutdown(ShutdownFault)

  package enum Area: String, Hashable, Sendable, CaseIterable {
    case entry, start, handshake, definitions, step, wire, memory, processes, shutdown
  }

  /// What makes the fault happen.
  package enum Trigger: Hashable, Sendable {
    /// The start of the process.
    case start
    /// A step of the asset `NAME/faulty`.
    case step
    /// The host asks the location to leave.
    case shutdown
  }

  package static let all: [Fault] =
    EntryFault.allCases.map(Fault.entry) + StartFault.allCases.map(Fault.start)
    + HandshakeFault.allCases.map(Fault.handshake)
    + DefinitionsFault.allCases.map(Fault.definitions) + StepFault.allCases.map(Fault.step)
    + WireFault.allCases.map(Fault.wire) + MemoryFault.allCases.map(Fault.memory)
    + ProcessFault.allCases.map(Fault.processes) + ShutdownFault.allCases.map(Fault.shutdown)

  /// The faults that a program commits, rather than whoever wrote the workspace.
  package static var committable: [Fault] { all.filter { $0.area != .entry } }

  /// A choice of each area that is over soon.
  package static let representatives: [Fault] = [
    .entry(.missingExecutable), .entry(.missingVariable),
    .start(.crashAtStart), .start(.banner),
    .handshake(.wrongVersion), .handshake(.dieInHandshake),
    .definitions(.malformedDefinitions), .definitions(.duplicateKeys), .definitions(.cycle),
    .step(.throwError), .step(.crashInStep), .step(.blockStep), .step(.answerTwice),
    .step(.foreignAsset), .step(.logFlood),
    .wire(.garbage), .wire(.notUTF8), .wire(.nestingBomb), .wire(.sequenceGap),
    .wire(.halfLineAndStay), .wire(.neverRead), .wire(.burst), .wire(.unknownNotifications),
    .memory(.errorFlood), .memory(.descriptorLeak),
    .processes(.grandchildOutlives), .processes(.stopItself), .processes(.print),
    .shutdown(.crashInShutdown), .shutdown(.ignoreTerminate),
  ]

  package init?(name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  private var parts: (area: Area, name: String, entry: FaultEntry) {
    switch self {
    case .entry(let fault): (.entry, fault.rawValue, fault.entry)
    case .start(let fault): (.start, fault.rawValue, fault.entry)
    case .handshake(let fault): (.handshake, fault.rawValue, fault.entry)
    case .definitions(let fault): (.definitions, fault.rawValue, fault.entry)
    case .step(let fault): (.step, fault.rawValue, fault.entry)
    case .wire(let fault): (.wire, fault.rawValue, fault.entry)
    case .memory(let fault): (.memory, fault.rawValue, fault.entry)
    case .processes(let fault): (.processes, fault.rawValue, fault.entry)
    case .shutdown(let fault): (.shutdown, fault.rawValue, fault.entry)
    }
  }

  package var area: Area { parts.area }
  /// What the fault is called on command lines and in reports.
  package var name: String { parts.name }
  /// What is known of it: what breaks, what must happen, what must not.
  package var entry: FaultEntry { parts.entry }

  package var trigger: Trigger {
    switch area {
    case .entry, .start, .handshake, .definitions: .start
    case .step, .wire, .memory, .processes: .step
    case .shutdown: .shutdown
    }
  }
}

/// One row of the catalogue.
package struct FaultEntry: Hashable, Sendable {
  /// What is broken.
  package var breaks: String
  /// What must happen.
  package var must: String
  /// What must not happen, beside what is never to happen: that a neighbour feels it.
  package var mustNot: String
  package var consequence: Consequence
  /// Its number in the matrix of faults.
  package var row: String

  init(_ row: String, _ breaks: String, must: String, not mustNot: String, _ result: Consequence) {
    self.row = row
    self.breaks = breaks
    self.must = must
    self.mustNot = mustNot
    consequence = result
  }
}
