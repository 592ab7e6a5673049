import HanseHost

extension APIDescription {
  private static let state = Shape.one(LocationStatus.State.allCases.map(\.rawValue))

  /// What is answered about locations, and their parts.
  static let locations: [DocumentShape] = [
    DocumentShape(
      "Location",
      "One code location, as every surface shows it.",
      [
        .must("name", .text),
        .must("state", state),
        .may("since", .time, "When it came into that state."),
        .must("generation", .integer, "Counts its processes from 1; 0 before the first."),
        .may("processID", .integer),
        .may("reason", .text, "Why it is not serving."),
        .may("fault", .text, "The stable name of what is wrong, such as `LOC-CRASH`."),
        .may("nextTryAt", .time, "When it is started again by itself."),
        .may("next", .document("LocationNext"), "What happens by itself, and when."),
        .must("failures", .integer, "Failures in a row."),
        .may("lastStandardError", .list(.text), "The last lines before it failed."),
        .must("assetCount", .integer),
        .must("checkCount", .integer),
        .may("digest", .text, "The digest of its definitions."),
        .may("library", .text, "What it is built with."),
        .may("binary", .text, "The SHA-256 of what its process was started from."),
        .must("runsKeptBinary", .boolean, "Whether that is the host's own copy."),
        .may("file", .text, "The SHA-256 of the workspace's file."),
        .may("fileProblem", .text, "Why that file cannot be run."),
        .may("sha256", .text, "The only binary that its entry lets it run."),
        .may("pin", .text, "The binary that somebody chose to run, whatever the file is."),
        .may("candidate", .document("LocationCandidate")),
        .may("rejection", .document("LocationRejection")),
        .may("served", .list(.document("ServedBinary")), "Those that served, the last one last."),
        .may("keepingProblem", .text, "Why what serves could not be kept."),
        .may("leaving", .list(.integer), "Generations that finish their steps, and go."),
        .must("isolation", .one(["location", "run"])),
        .may("workers", .list(.document("Worker")), "One for each isolated run, the oldest first."),
        .may("workerTrouble", .document("WorkerTrouble"), "Why no worker is started now."),
        .must(
          "isStale",
          .boolean,
          "Whether its definitions are those of a process that is no more."
        ),
        .must("stepsRunning", .integer),
        .must("stepsWaiting", .integer),
        .must("concurrentSteps", .integer),
        .must("executable", .text),
        .may("labels", .map(.text)),
        .must(
          "ignoredMessages",
          .integer,
          "Its messages that meant nothing, since the host began."
        ),
        .must("isSuspended", .boolean, "Whether its process is stopped: SIGSTOP, or a debugger."),
        .must(
          "isHeldBack",
          .boolean,
          "Whether it is not read from because too much that it wrote waits for the disk."
        ),
        .may("notes", .list(.text), "What its entry asks for and this machine does not have."),
        .may("ignored", .map(.integer), "The ignored messages by why, such as `unaskedAnswers`."),
      ]
    ),
    DocumentShape(
      "LocationNext",
      "What happens to a location by itself.",
      [
        .must("step", .one(LocationStatus.Step.allCases.map(\.rawValue))), .must("time", .time),
      ]
    ),
    DocumentShape(
      "LocationCandidate",
      "A process that is to take over, or a plan for one.",
      [
        .must("generation", .integer), .must("state", state), .may("digest", .text),
        .must("failures", .integer), .may("next", .document("LocationNext")),
      ]
    ),
    DocumentShape(
      "LocationRejection",
      "The last binary that did not take over, or was rolled back.",
      [
        .must("generation", .integer), .may("digest", .text), .must("code", .text),
        .must("reason", .text, "With the exit status or the signal."), .must("time", .time),
        .must("failures", .integer),
        .may("nextTryAt", .time, "Absent when only another file or somebody's order tries again."),
        .must("isRolledBack", .boolean, "Whether it had served, and an earlier one runs instead."),
        .may("lastStandardError", .list(.text)),
      ]
    ),
    DocumentShape(
      "ServedBinary",
      "A binary that served, and the last generation that it did so as.",
      [.must("generation", .integer), .must("digest", .text), .must("isKept", .boolean)]
    ),
    DocumentShape(
      "Worker",
      "A worker process of an isolated run.",
      [
        .must("run", .text),
        .may("step", .text, "The step that has it to itself, because it may have ended one."),
        .must("generation", .integer), .must("state", state), .may("processID", .integer),
        .must("since", .time),
      ]
    ),
    DocumentShape(
      "WorkerTrouble",
      "Why no worker is started now.",
      [
        .must("reason", .text), .must("code", .text), .must("failures", .integer),
        .must("nextTryAt", .time),
      ]
    ),
    DocumentShape(
      "Generation",
      "A generation of a location whose definitions or binary the host still has.",
      [
        .must("generation", .integer), .may("digest", .text, "The SHA-256 of its binary."),
        .may("servedAt", .time), .may("library", .text), .may("sizeBytes", .integer),
        .must("isServing", .boolean),
        .must("isPinned", .boolean, "Whether somebody chose its binary, whatever the file is."),
        .must("canRun", .boolean, "Whether a roll-back can run its binary."),
        .may("reason", .text, "Why not."),
      ]
    ),
    DocumentShape(
      "Reload",
      "What came of reloading everything.",
      [
        .must("items", .list(.document("Location"))),
        .may("applied", .list(.text), "What of the workspace file was different and holds now."),
        .may("pending", .list(.text), "What of it takes another start of the host."),
      ]
    ),
    DocumentShape(
      "LogLine",
      "One line that a location wrote to its standard error.",
      [
        .must("location", .text), .must("time", .time), .must("generation", .integer),
        .may("run", .text, "The run whose worker wrote it."), .must("text", .text),
      ]
    ),
    DocumentShape(
      "Health",
      "How far a host is.",
      [
        .must("status", .one(["ok", "stopping"])), .must("version", .text),
        .must("workspace", .text), .must("processID", .integer), .must("stateDirectory", .text),
        .must("locationCount", .integer), .must("runningLocationCount", .integer),
        .must("assetCount", .integer),
        .must("isSettled", .boolean, "Whether every location has served or failed to."),
        .must("lastSequence", .integer, "The last event that is on disk."),
      ]
    ),
  ]
}
