import HanseCore
import HanseModel

/// One process of a location, as the world and not the host knows it.
struct SimulatedProcess {
  /// How it will behave, drawn when it starts.
  struct Conduct {
    var startDelay: Int64 = 1_000_000
    var isMute = false
    var diesAfter: Int64?
    var hangsAfter: Int64?
    var breaksAfter: Int64?
    var ignoresShutdown = false
    var ignoresTerminate = false
    var ignoresCancel = false
  }

  /// An attempt that it works on.
  struct Work {
    var attempt: AttemptID
    var step: PlannedStep
    var number: Int
    var ending: Ending
  }

  enum Ending {
    case succeeds, fails, failsForGood, hangs, kills, claimsSuccess, cancelsItself, claimsPrivilege
  }

  let location: Int
  let generation: Generation
  /// What it runs, among the location's binaries.
  let binary: Int
  var conduct: Conduct
  var isAlive = true
  /// Whether the host has seen its exit, or died before it could.
  var isReaped = false
  var isHung = false
  /// Whether the host has asked it to go: its shell passes on no more failures of steps.
  var isLeaving = false
  /// Whether it, or somebody from outside, gave the host a reason to end it.
  var isProvoking = false
  var work: [Work] = []
  /// When the last message of each direction arrives: a pipe keeps its order.
  var lastToProcess: Int64 = 0
  var lastToHost: Int64 = 0
  var messages = 0
  /// Messages from this one on were lost with the process.
  var cut = Int.max

  /// Whether it is there, and nothing has happened that ends it.
  var isAtHand: Bool { isAlive && !isReaped && !isHung && !isLeaving }
}

/// What a process says.
enum ProcessMessage {
  case initialized, loaded, pong
  case broke
  case event(AttemptID, EventPayload)
  case answer(AttemptID, RunCoordinator.Outcome)
}

/// Where an input to the control plane truly comes from.
enum Origin {
  case process(Int)
  /// What a process says of an attempt, and which that truly is.
  case attempt(Int, AttemptID)
  case user(Int?)
  case host
}

/// What is going to happen.
enum Happening {
  case wake
  case command(Int, ControlPlane.Command)
  case signal(Int, isKill: Bool)
  case message(Int, number: Int, ProcessMessage)
  case stepIsDue(Int, number: Int)
  case dies(Int)
  case hangs(Int)
  case breaks(Int)
  case exitIsSeen(Int)
  case isWritten(host: Int, sequence: Int64)
  case isDurable(host: Int, sequence: Int64)
  case merged(host: Int)
  case binaryIsKept(host: Int, location: Int, binary: Int, Generation)
  case operation(Int)
  case hostStarts
  case heal
}
