/// One kind of thing that goes wrong; a scenario has each of them on or off.
package enum Fault: Int, CaseIterable, Sendable {
  // A location's process
  case spawnFails, mute, slowStart, diesWhileStarting, breaksProtocol, crashes, hangs
  case ignoresShutdown, ignoresTerminate, ignoresCancel, losesLastWords
  // What a location says of its steps
  case stepFails, stepHangs, stepKillsProcess, claimsSuccess, cancelsByItself, claimsPrivilege
  case answersTwice, answersLate, poison
  // What is in its file
  case brokenBinary, speaksForOthers
  // Around the host
  case slowDisk, failedSync, hostCrash, powerLoss, clockJumps, lateTimers, slowMerge

  /// Whether a location does it, rather than what is around the host.
  package var isOfLocation: Bool { rawValue <= Fault.speaksForOthers.rawValue }
}

/// A set of faults.
package struct Faults: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ fault: Fault) { rawValue = 1 << UInt32(fault.rawValue) }
  package static let all = Faults(rawValue: (1 << UInt32(Fault.allCases.count)) - 1)
  package static let ofLocations = Faults(
    Fault.allCases.filter(\.isOfLocation).map { Faults($0) }
  )

  package func has(_ fault: Fault) -> Bool { contains(Faults(fault)) }
  package var list: [Fault] { Fault.allCases.filter { has($0) } }
}
