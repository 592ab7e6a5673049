/// What must be so at every step, whatever happens.
///
/// The numbers are those of the documentation; what has no case here needs a kernel, a network or a
/// schedule, and is tested with those.
package enum Invariant: String, CaseIterable, Sendable {
  /// A step succeeds only behind the record of everything it promised to make.
  case successIsMaterialized = "I1"
  /// What was shown or acknowledged is on disk, and is there after every restart.
  case shownIsDurable = "I2"
  /// Runs and steps move along the declared graph, events are numbered without gaps.
  case historyIsLegal = "I3"
  /// No step has two attempts at work at the same instant, over restarts of the host too.
  case oneLiveAttempt = "I4"
  /// Each host writes under an epoch of its own, and sends no other.
  case epochIsOwn = "I5"
  /// A result counts once, and only from the process it was asked of.
  case resultIsOfItsProcess = "I6"
  /// Once faults stop, runs end, or wait for what is really missing.
  case runsEnd = "I7"
  /// An attempt is lost only with its process, or with the host.
  case lostIsGone = "I8"
  /// A step is tried no more often than its policy says, and attempts are counted one by one.
  case attemptsAreBounded = "I9"
  /// Either the cancellation or the completion wins.
  case cancelOrCompletion = "I10"
  /// What goes wrong with one location changes nothing in another's history.
  case neighboursFeelNothing = "I11"
  /// What one location sends has no effect on another's attempts.
  case bytesStayAtHome = "I12"
  /// Nobody ends or signals a process that gave no reason to, and that nobody asked about.
  case endsOnlyTheGuilty = "I14"
  /// A location that fails is started again no sooner and no more often than its rules say.
  case restartsArePaced = "I15"
  /// Steps at once stay within the limits of each location and of the workspace.
  case limitsAreKept = "I16"
  /// No ready step waits while there is a slot for it.
  case slotsAreUsed = "I20"
  /// Every call gets exactly one answer, and no attempt outlives its process.
  case everyCallIsAnswered = "I25"
  /// The graph is what the locations served last, merged in the workspace's order.
  case graphIsTheMerge = "I29"
  /// A host can start from whatever is on disk, and a second start finds nothing to mend.
  case recoveryIsComplete = "I35"
  /// The end of a process is charged to a step only if that was alone in it, and what is suspected
  /// runs alone.
  case onlyCulpritsPay = "I37"
  /// A step of an isolated run is only ever sent to its run's own worker.
  case stepsStayInTheirWorker = "I38"
  /// A worker is told to go with the end of its run, and nothing else is.
  case workersEndWithTheirRun = "I39"
  /// Steps at once stay within what queues, pools and tags allow, as ordered last.
  case sharedLimitsAreKept = "I40"
  /// Nothing starts that needs something of what is paused, and drained is what nothing runs of.
  case whatIsPausedStaysSo = "I41"
  /// No rate lets through more than a burst and what it allows, over the lives of all hosts.
  case ratesAreKept = "I42"
  /// Slots that are counted as taken are those of steps in flight: each comes back with the end of
  /// its attempt.
  case slotsComeBack = "I43"
  /// Among the steps of a location in a queue nobody is passed by one that came later and needs no
  /// less, where priority counts like having waited.
  case linesAreInOrder = "I44"
  /// A step that another run's stood for is done when that has succeeded, and not before; nobody
  /// waits for one that has ended.
  case coalescedAreAsOne = "I45"
  /// No location has more steps waiting than may, and a run is refused only for that.
  case linesAreBounded = "I46"
  /// A process that has told what it defines serves, or makes way: none waits for ever.
  case loadedServes = "I47"
}

/// An invariant that did not hold.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  package var invariant: Invariant
  package var message: String
  package var description: String { "\(invariant.rawValue) \(invariant): \(message)" }
}
