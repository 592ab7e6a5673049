/// Faults on the way out.
package enum ShutdownFault: String, Hashable, Sendable, CaseIterable {
  case ignoreShutdown = "ignore-shutdown"
  case ignoreTerminate = "ignore-terminate"
  case hangInShutdown = "hang-in-shutdown"
  case crashInShutdown = "crash-in-shutdown"
  case failInShutdown = "fail-in-shutdown"
  case slowShutdown = "slow-shutdown"
  case refuseShutdown = "refuse-shutdown"
  case talkInShutdown = "talk-in-shutdown"
  case stopInShutdown = "stop-in-shutdown"
  case spawnInShutdown = "spawn-in-shutdown"

  var entry: FaultEntry {
    FaultEntry(
      row,
      what,
      must: must,
      not: "the host, or the restart, waits longer than the teardown's three stages",
      Consequence(.restarts(says: ""))
    )
  }

  private var row: String {
    switch self {
    case .ignoreShutdown, .ignoreTerminate: "C17"
    case .hangInShutdown, .slowShutdown, .refuseShutdown, .talkInShutdown: "H05"
    case .crashInShutdown, .failInShutdown: "C11"
    case .stopInShutdown: "C18"
    case .spawnInShutdown: "C15"
    }
  }

  private var what: String {
    switch self {
    case .ignoreShutdown: "it ignores `shutdown` and the end of its input"
    case .ignoreTerminate: "it ignores `shutdown`, the end of its input and SIGTERM"
    case .hangInShutdown: "it answers `shutdown` and stays"
    case .crashInShutdown: "it crashes (SIGSEGV) when it is asked to leave"
    case .failInShutdown: "it exits with status 7 when it is asked to leave"
    case .slowShutdown: "it takes its time to leave, but less than the limit"
    case .refuseShutdown: "it answers `shutdown` with an error, and stays"
    case .talkInShutdown: "it answers `shutdown`, and talks without end"
    case .stopInShutdown: "it stops itself (SIGSTOP) when it is asked to leave"
    case .spawnInShutdown: "it starts a helper when it is asked to leave, and exits"
    }
  }

  private var must: String {
    switch self {
    case .ignoreShutdown, .hangInShutdown, .refuseShutdown, .talkInShutdown:
      "SIGTERM ends it after the time limit, and the next process serves"
    case .ignoreTerminate: "SIGKILL ends it after two time limits, and the next process serves"
    case .crashInShutdown, .failInShutdown, .slowShutdown:
      "that is its end as well as another; the next process serves"
    case .stopInShutdown: "it is woken and ended after the time limit, and the next process serves"
    case .spawnInShutdown: "the helper ends with its group, and the next process serves"
    }
  }
}
