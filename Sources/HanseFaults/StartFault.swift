/// Faults between the first instruction and the first answer.
package enum StartFault: String, Hashable, Sendable, CaseIterable {
  case exitAtStart = "exit-at-start"
  case failAtStart = "fail-at-start"
  case crashAtStart = "crash-at-start"
  case abortAtStart = "abort-at-start"
  case hangAtStart = "hang-at-start"
  case stopAtStart = "stop-at-start"
  case slowStart = "slow-start"
  case banner = "banner"
  case closeOutputAtStart = "close-output-at-start"
  case floodErrorsAtStart = "flood-errors-at-start"

  var entry: FaultEntry {
    switch self {
    case .exitAtStart:
      FaultEntry(
        "C05",
        "it exits with status 0 at once",
        must: "the location fails with the status and that there was no handshake; it is restarted",
        not: "a status of 0 counts as good",
        .restarts("exit status 0", "LOC-EXIT-EARLY")
      )
    case .failAtStart:
      FaultEntry(
        "C06",
        "it writes why to standard error and exits with status 3",
        must: "the location fails with the status; the last lines of standard error are kept",
        not: "the reason is lost",
        .restarts("exit status 3", "LOC-EXIT-EARLY")
      )
    case .crashAtStart:
      FaultEntry(
        "C08",
        "it reads memory that it has not (SIGSEGV) at once",
        must: "the location fails with the signal, and is restarted",
        not: "the host waits for the handshake's time limit",
        .restarts("SIGSEGV", "LOC-EXIT-EARLY")
      )
    case .abortAtStart:
      FaultEntry(
        "C11",
        "it aborts (SIGABRT) at once",
        must: "the location fails with the signal, and is restarted",
        not: "the host waits for the handshake's time limit",
        .restarts("SIGABRT", "LOC-EXIT-EARLY")
      )
    case .hangAtStart:
      FaultEntry(
        "H01",
        "it neither reads nor writes anything",
        must: "it is killed after the handshake's time limit, and restarted",
        not: "the start of another location waits for it",
        .restarts("no answer to the handshake", "LOC-HANDSHAKE-TIMEOUT")
      )
    case .stopAtStart:
      FaultEntry(
        "C18",
        "it stops itself (SIGSTOP) at once",
        must: "it is recognised as stopped, killed after the handshake's time limit, and restarted",
        not: "a stopped process cannot be ended",
        .restarts("is stopped (SIGSTOP or a debugger)", "LOC-STOPPED")
      )
    case .slowStart:
      FaultEntry(
        "H11",
        "it takes its time to answer the handshake, but less than the limit",
        must: "it serves when it is ready",
        not: "another location waits for it",
        .none
      )
    case .banner:
      FaultEntry(
        "P01",
        "it greets people on standard output before it serves",
        must: "the line is refused with its first bytes shown, and the location restarted",
        not: "the line is taken for a message",
        .restarts("not of the protocol", "WIRE-JSON")
      )
    case .closeOutputAtStart:
      FaultEntry(
        "C25",
        "it closes its standard output and stays",
        must: "it is killed a second later, and restarted",
        not: "the host waits for an answer that cannot come",
        .restarts("closed its standard output", "WIRE-CLOSED")
      )
    case .floodErrorsAtStart:
      FaultEntry(
        "P25",
        "it writes 64 MiB to standard error before it answers",
        must: "the flood is kept in files of a bounded size, and the location serves afterwards",
        not: "the host reads nothing else meanwhile",
        .none
      )
    }
  }
}
