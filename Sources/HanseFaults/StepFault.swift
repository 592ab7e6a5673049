/// Faults of a step: how it ends, how it does not, and what it says meanwhile.
package enum StepFault: String, Hashable, Sendable, CaseIterable {
  case throwError = "throw-error"
  case crashInStep = "crash-in-step"
  case trapInStep = "trap-in-step"
  case abortInStep = "abort-in-step"
  case exitInStep = "exit-in-step"
  case killedInStep = "killed-in-step"
  case isolatedRunCrash = "isolated-run-crash"
  case slowStep = "slow-step"
  case hangStep = "hang-step"
  case blockStep = "block-step"
  case blockPool = "block-pool"
  case ignoreCancel = "ignore-cancel"
  case refuseStep = "refuse-step"
  case answerTwice = "answer-twice"
  case unaskedAnswer = "unasked-answer"
  case unknownStatus = "unknown-status"
  case unreportedSuccess = "unreported-success"
  case foreignAsset = "foreign-asset"
  case foreignRun = "foreign-run"
  case staleAttempt = "stale-attempt"
  case staleEpoch = "stale-epoch"
  case eventAfterAnswer = "event-after-answer"
  case answerBeforeEvent = "answer-before-event"
  case unknownEvent = "unknown-event"
  case eventWithoutAttempt = "event-without-attempt"
  case logFlood = "log-flood"
  case observationFlood = "observation-flood"
  case progressFlood = "progress-flood"
  case hugeEvent = "huge-event"

  var entry: FaultEntry {
    switch self {
    case .throwError, .crashInStep, .trapInStep, .abortInStep, .exitInStep, .killedInStep,
      .isolatedRunCrash:
      ending
    case .slowStep, .hangStep, .blockStep, .blockPool, .ignoreCancel: staying
    case .refuseStep, .answerTwice, .unaskedAnswer, .unknownStatus, .unreportedSuccess: answering
    default: telling
    }
  }

  private var ending: FaultEntry {
    let lost = "the attempt is lost with the reason and tried again in the next process"
    switch self {
    case .throwError:
      return FaultEntry(
        "C09",
        "the step's code throws",
        must: "the attempt fails with the message, and is tried again as its policy says",
        not: "the location's process ends",
        Consequence(.goesOn, step: .retried(code: "failed", says: "as it was told to"))
      )
    case .trapInStep:
      return FaultEntry(
        "C10",
        "the step's code traps (an index out of range, a failed precondition)",
        must: lost,
        not: "another run is charged for it",
        .loses("SIG", "LOC-CRASH")
      )
    case .abortInStep:
      return FaultEntry(
        "C11",
        "the step's code aborts (SIGABRT)",
        must: lost,
        not: "another run is charged for it",
        .loses("SIGABRT", "LOC-CRASH")
      )
    case .exitInStep:
      return FaultEntry(
        "C06",
        "the step's code ends the process with status 7",
        must: lost,
        not: "the attempt counts as succeeded",
        .loses("exit status 7", "LOC-CRASH")
      )
    case .killedInStep:
      return FaultEntry(
        "C12",
        "something kills the process (SIGKILL), as the kernel does when memory is short",
        must: lost,
        not: "the run waits for an answer",
        .loses("SIGKILL", "LOC-CRASH")
      )
    case .isolatedRunCrash:
      return FaultEntry(
        "C09",
        "the same at a location with isolated runs, where the step is in its run's own worker",
        must: "the attempt is lost with the worker and tried again in another one",
        not: "the location's own process ends, or another run loses anything",
        Consequence(
          .goesOn,
          step: .retried(code: "lost", says: "SIGSEGV"),
          event: "worker.exited"
        )
      )
    default:
      return FaultEntry(
        "C09",
        "the step's code reads memory that it has not (SIGSEGV)",
        must: lost,
        not: "another run is charged for it",
        .loses("SIGSEGV", "LOC-CRASH")
      )
    }
  }

  private var staying: FaultEntry {
    let late = "longer than its timeout"
    switch self {
    case .slowStep:
      return FaultEntry(
        "H09",
        "the step takes its time, but less than its timeout",
        must: "it succeeds",
        not: "it is taken for hung while it answers pings",
        .none
      )
    case .hangStep:
      return FaultEntry(
        "H04",
        "the step waits for ever, but ends when it is cancelled",
        must: "it is cancelled after its timeout, fails as timed out, and is tried again",
        not: "the location's process ends",
        Consequence(.goesOn, step: .retried(code: "timed-out", says: late))
      )
    case .blockStep:
      return FaultEntry(
        "H04",
        "the step blocks its thread for ever, so that no cancellation reaches it",
        must: "after its timeout and the grace it fails as timed out, with its process",
        not: "its slot stays taken",
        Consequence(
          .restarts(says: "did not stop within"),
          step: .retried(code: "timed-out", says: late),
          code: "LOC-STEP-STUCK"
        )
      )
    case .blockPool:
      return FaultEntry(
        "H06",
        "tasks of the step block every thread of the cooperative pool for a while",
        must: "pings are answered all the same, and the step succeeds in the end",
        not: "busy is taken for hung",
        .none
      )
    default:
      return FaultEntry(
        "H10",
        "the step goes on when it is cancelled, and the location answers pings",
        must: "after its timeout and the grace it fails as timed out, with its process",
        not: "its slot stays taken",
        Consequence(
          .restarts(says: "did not stop within"),
          step: .retried(code: "timed-out", says: late),
          code: "LOC-STEP-STUCK"
        )
      )
    }
  }

  private var answering: FaultEntry {
    switch self {
    case .refuseStep:
      return FaultEntry(
        "P18",
        "it answers the step with a JSON-RPC error",
        must: "the step fails for good, with the error's message and code",
        not: "the location's process ends",
        Consequence(.goesOn, step: .fails(code: "protocol", says: "refused the step"))
      )
    case .answerTwice:
      return FaultEntry(
        "P12",
        "it answers the step twice, first with success and then with failure",
        must: "the second answer is ignored and counted",
        not: "the step fails after it has succeeded",
        .ignored("unaskedAnswers")
      )
    case .unaskedAnswer:
      return FaultEntry(
        "P13",
        "it answers requests that nobody has made",
        must: "the answers are ignored and counted",
        not: "they are taken for those of other requests",
        .ignored("unaskedAnswers")
      )
    case .unknownStatus:
      return FaultEntry(
        "P19",
        "its answer has a status that the protocol does not know",
        must: "that step fails for good, with the bytes; its other steps go on",
        not: "it is taken for success, or costs other steps anything",
        Consequence(.goesOn, step: .fails(code: "protocol", says: "\"somewhat\" is not one of"))
      )
    default:
      return FaultEntry(
        "P31",
        "it says that the step has succeeded, and never that the asset was materialized",
        must: "the step fails for good: no success without a materialization",
        not: "downstream steps run on what is not there",
        Consequence(.goesOn, step: .fails(code: "protocol", says: "without reporting"))
      )
    }
  }

  private var telling: FaultEntry {
    switch self {
    case .foreignAsset:
      return foreign("P29", "it says that it has materialized an asset of the canary")
    case .foreignRun:
      return foreign("P30", "it tells of a run that it has no part in")
    case .staleAttempt:
      return foreign("P30", "it tells of an earlier attempt")
    case .staleEpoch:
      return foreign("P33", "it tells of an attempt of an earlier start of the host")
    case .eventAfterAnswer:
      return foreign("P30", "it goes on to tell of an attempt that it has answered")
    case .answerBeforeEvent:
      return FaultEntry(
        "P31",
        "it answers before it tells that the asset was materialized",
        must: "the step fails for good: the news comes too late to count",
        not: "the step succeeds without its materialization",
        Consequence(
          .goesOn,
          step: .fails(code: "protocol", says: "without reporting"),
          ignored: "foreignEvents"
        )
      )
    case .unknownEvent:
      return FaultEntry(
        "P16",
        "it sends a kind of event that this version does not know",
        must: "the event is ignored and counted, and the step succeeds",
        not: "it is refused for what it can do more",
        .ignored("unknownEvents")
      )
    case .eventWithoutAttempt:
      return FaultEntry(
        "P16",
        "its event does not name the attempt",
        must: "the event is ignored and counted, and its log shows what was wrong",
        not: "the event is taken for one of whatever runs",
        .ignored("malformedNotifications")
      )
    case .logFlood:
      return flood("20,000 log lines within one step")
    case .observationFlood:
      return flood("20,000 observations within one step")
    case .progressFlood:
      return FaultEntry(
        "P28",
        "it reports its progress 100,000 times",
        must: "the last report is shown, none is kept, and the step succeeds",
        not: "the event log grows with them",
        .none
      )
    default:
      return FaultEntry(
        "P32",
        "its materialization has four mebibytes of metadata",
        must: "it is recorded, being below the limit of a line",
        not: "its recording holds up the steps of others",
        .none
      )
    }
  }

  private func foreign(_ row: String, _ what: String) -> FaultEntry {
    FaultEntry(
      row,
      what,
      must: "the event is ignored and counted, and the step's own events count",
      not: "another attempt's or location's history changes",
      .ignored("foreignEvents")
    )
  }

  private func flood(_ what: String) -> FaultEntry {
    FaultEntry(
      "P28",
      what,
      must: "what is over the limit is left out, and the log says how many; the step succeeds",
      not: "the event log fills, or a materialization is dropped",
      Consequence(.goesOn, event: "location.events-dropped")
    )
  }
}
