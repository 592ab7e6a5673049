/// Faults with threads and processes.
package enum ProcessFault: String, Hashable, Sendable, CaseIterable {
  case spin = "spin"
  case manyThreads = "many-threads"
  case forkBomb = "fork-bomb"
  case grandchildHoldsPipes = "grandchild-holds-pipes"
  case grandchildOutlives = "grandchild-outlives"
  case daemon = "daemon"
  case zombies = "zombies"
  case stopItself = "stop-itself"
  case print = "print"

  var entry: FaultEntry {
    switch self {
    case .spin:
      FaultEntry(
        "C24",
        "it computes on every core for a while",
        must: "its own steps are slow, and succeed",
        not: "the steps of others take longer than the bound",
        .none
      )
    case .manyThreads:
      FaultEntry(
        "O11",
        "it starts 200 threads and ends them again",
        must: "the step succeeds",
        not: "the host cannot start threads or processes",
        .none
      )
    case .forkBomb:
      FaultEntry(
        "C13",
        "it starts processes as fast as it can, 200 of them, and dies",
        must: "all of them end with it; the attempt is lost and tried again",
        not: "any of them survives, or the host cannot start processes",
        .loses("exit status 8", "LOC-CRASH")
      )
    case .grandchildHoldsPipes:
      FaultEntry(
        "C14",
        "it dies and leaves a helper that keeps its pipes open",
        must: "its end is noticed at once, and the helper ends with the group",
        not: "the host waits for the end of the pipes",
        .loses("exit status 9", "LOC-CRASH")
      )
    case .grandchildOutlives:
      FaultEntry(
        "C14",
        "it starts a helper that ignores SIGTERM and SIGHUP, and dies",
        must: "the helper is killed with the group",
        not: "the helper survives",
        .loses("exit status 9", "LOC-CRASH")
      )
    case .daemon:
      FaultEntry(
        "C15",
        "it starts a helper in a session and process group of its own, and dies",
        must: "the helper is found and ended all the same",
        not: "the helper survives",
        .loses("exit status 9", "LOC-CRASH")
      )
    case .zombies:
      FaultEntry(
        "C19",
        "it starts fifty processes, collects none of them, and dies",
        must: "nothing of them is left",
        not: "zombies stay with the host",
        .loses("exit status 9", "LOC-CRASH")
      )
    case .stopItself:
      FaultEntry(
        "C18",
        "it stops itself (SIGSTOP) in the middle of a step",
        must:
          "when pings stay unanswered it is ended as one that is stopped, and not as one that hangs;"
          + " the attempt is lost and tried again",
        not: "a stopped process cannot be ended",
        .loses("is stopped (SIGSTOP or a debugger)", "LOC-STOPPED")
      )
    case .print:
      FaultEntry(
        "P03",
        "its code prints, and writes to descriptor 1",
        must: "what it prints stands in the compute log, and the step succeeds",
        not: "it reaches the protocol's stream",
        .none
      )
    }
  }
}
