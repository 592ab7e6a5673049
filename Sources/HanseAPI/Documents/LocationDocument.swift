import HanseCore
package import HanseHost
package import HanseModel

/// One code location, as every surface shows it.
package struct LocationDocument: Hashable, Sendable {
  package var name: LocationName
  package var state: LocationStatus.State
  package var since: Timestamp?
  package var generation = Generation()
  package var processID: Int?
  /// Why it is not serving.
  package var reason: String?
  /// The stable name of what is wrong, such as `LOC-CRASH`.
  package var fault: String?
  package var nextTryAt: Timestamp?
  /// What happens by itself, and when.
  package var next: LocationStatus.Next?
  /// Failures in a row.
  package var failures = 0
  package var lastStandardError: [String] = []
  package var assetCount = 0
  package var checkCount = 0
  package var digest: String?
  package var library: String?
  /// What its process was started from: the SHA-256 of the file.
  package var binary: BinaryDigest?
  /// Whether that is the host's own copy, and not the workspace's file.
  package var runsKeptBinary = false
  package var file: BinaryDigest?
  /// Why the workspace's file cannot be run.
  package var fileProblem: String?
  /// The only binary that its entry lets it run (`sha256`).
  package var requiredDigest: BinaryDigest?
  /// The binary that somebody chose to run, whatever the file is.
  package var pin: BinaryDigest?
  /// A process that is to take over, or a plan for one.
  package var candidate: LocationStatus.Candidate?
  /// The last binary that did not take over, or was rolled back.
  package var rejection: LocationStatus.Rejection?
  /// The binaries that served, the last one last.
  package var served: [LocationStatus.Served] = []
  /// Why what serves could not be kept.
  package var keepingProblem: String?
  /// Generations that finish their steps in flight, and go.
  package var leaving: [Generation] = []
  /// Whether each run has a worker process of its own.
  package var isIsolated = false
  /// Those workers, the oldest first.
  package var workers: [LocationStatus.Worker] = []
  /// Why no worker is started now, if they fail.
  package var workerTrouble: LocationStatus.WorkerTrouble?
  /// Whether its definitions are those of a process that is no more.
  package var isStale = false
  package var stepsRunning = 0
  package var stepsWaiting = 0
  package var concurrentSteps = 0
  package var executable = ""
  package var labels: [String: String] = [:]
  /// How many of its messages meant nothing, since the host began.
  package var ignoredMessages = 0
  /// Whether its process does not run at all: SIGSTOP, or a debugger.
  package var isSuspended = false
  /// Whether it is not read from because too many of its events wait for the disk.
  package var isHeldBack = false
  /// What its entry asks for and the host's machine does not have.
  package var notes: [String] = []
  /// The same by why, such as `unaskedAnswers`.
  package var ignored: [String: Int] = [:]

  /// Whether nobody is on the way to serve: what was started serves, or has failed for now.
  package var isDecided: Bool { LocationStatus.isDecided(state, candidate) }

  package init(name: LocationName, state: LocationStatus.State) {
    self.name = name
    self.state = state
  }

  package init(_ status: LocationStatus) {
    name = status.name
    state = status.state
    since = status.since
    generation = status.generation
    processID = status.processID
    reason = status.reason
    fault = status.fault
    nextTryAt = status.nextTryAt
    next = status.next
    failures = status.failures
    lastStandardError = status.lastStandardError
    assetCount = status.assetCount
    checkCount = status.checkCount
    digest = status.digest
    library = status.library
    binary = status.binary
    runsKeptBinary = status.runsKeptBinary
    file = status.file
    fileProblem = status.fileProblem
    requiredDigest = status.requiredDigest
    pin = status.pin
    candidate = status.candidate
    rejection = status.rejection
    served = status.served
    keepingProblem = status.keepingProblem
    leaving = status.leaving
    isIsolated = status.isIsolated
    workers = status.workers
    workerTrouble = status.workerTrouble
    isStale = status.isStale
    stepsRunning = status.stepsRunning
    stepsWaiting = status.stepsWaiting
    concurrentSteps = status.concurrentSteps
    executable = status.executable
    labels = status.labels
    isSuspended = status.isSuspended
    isHeldBack = status.isHeldBack
    notes = status.notes
    ignoredMessages = status.ignored.total
    ignored = Dictionary(
      status.ignored.byKind.map { ($0.key.rawValue, $0.value) },
      uniquingKeysWith: { first, _ in first }
    )
  }
}

extension LocationDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("state", state.rawValue)
    json.member("since", since)
    json.member("generation", generation)
    json.member("processID", processID)
    json.member("reason", reason)
    json.member("fault", fault)
    json.member("nextTryAt", nextTryAt)
    json.member("next", next)
    json.member("failures", failures)
    json.member("lastStandardError", lastStandardError)
    json.member("assetCount", assetCount)
    json.member("checkCount", checkCount)
    json.member("digest", digest)
    json.member("library", library)
    json.member("binary", binary)
    json.member("runsKeptBinary", runsKeptBinary)
    json.member("file", file)
    json.member("fileProblem", fileProblem)
    json.member("sha256", requiredDigest)
    json.member("pin", pin)
    json.member("candidate", candidate)
    json.member("rejection", rejection)
    json.member("served", served)
    json.member("keepingProblem", keepingProblem)
    json.member("leaving", leaving)
    json.member("isolation", isIsolated ? "run" : "location")
    json.member("workers", workers)
    json.member("workerTrouble", workerTrouble)
    json.member("isStale", isStale)
    json.member("stepsRunning", stepsRunning)
    json.member("stepsWaiting", stepsWaiting)
    json.member("concurrentSteps", concurrentSteps)
    json.member("executable", executable)
    json.member("labels", labels)
    json.member("ignoredMessages", ignoredMessages)
    json.member("isSuspended", isSuspended)
    json.member("isHeldBack", isHeldBack)
    json.member("notes", notes)
    json.member("ignored", ignored)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(name: "", state: .stopped)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "name": self.name = try json.value()
      case "state": state = try json.rawValue()
      case "since": since = try json.optional()
      case "generation": generation = try json.value()
      case "processID": processID = try json.optional()
      case "reason": reason = try json.optional()
      case "fault": fault = try json.optional()
      case "next": next = try json.optional()
      case "nextTryAt": nextTryAt = try json.optional()
      case "failures": failures = try json.int()
      case "lastStandardError": lastStandardError = try json.list()
      case "assetCount": assetCount = try json.int()
      case "checkCount": checkCount = try json.int()
      case "digest": digest = try json.optional()
      case "library": library = try json.optional()
      case "binary": binary = try json.optional()
      case "runsKeptBinary": runsKeptBinary = try json.bool()
      case "file": file = try json.optional()
      case "fileProblem": fileProblem = try json.optional()
      case "sha256": requiredDigest = try json.optional()
      case "pin": pin = try json.optional()
      case "candidate": candidate = try json.optional()
      case "rejection": rejection = try json.optional()
      case "served": served = try json.list()
      case "keepingProblem": keepingProblem = try json.optional()
      case "leaving": leaving = try json.list()
      case "isolation": isIsolated = try json.string() == "run"
      case "workers": workers = try json.list()
      case "workerTrouble": workerTrouble = try json.optional()
      case "isStale": isStale = try json.bool()
      case "stepsRunning": stepsRunning = try json.int()
      case "stepsWaiting": stepsWaiting = try json.int()
      case "concurrentSteps": concurrentSteps = try json.int()
      case "executable": executable = try json.string()
      case "labels": labels = try json.dictionary()
      case "ignoredMessages": ignoredMessages = try json.int()
      case "isSuspended": isSuspended = try json.bool()
      case "isHeldBack": isHeldBack = try json.bool()
      case "notes": notes = try json.list()
      case "ignored": ignored = try json.dictionary()
      default: try json.skip()
      }
    }
  }
}

extension JSONReader {
  /// Reads a closed enumeration that is written as its raw value.
  mutating func rawValue<Value: RawRepresentable<String> & CaseIterable>(
    of type: Value.Type = Value.self
  ) throws(JSONError) -> Value {
    let start = offset
    let text = try string()
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw JSONError(.outOfRange, at: start, "\"\(text)\" is not one of \(known)")
    }
    return value
  }
}
