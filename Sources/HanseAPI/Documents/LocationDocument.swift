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
  package var nextTryAt: Timestamp?
  /// Failures in a row.
  package var failures = 0
  package var lastStandardError: [String] = []
  package var assetCount = 0
  package var checkCount = 0
  package var digest: String?
  package var library: String?
  /// Whether its definitions are those of a process that is no more.
  package var isStale = false
  package var stepsRunning = 0
  package var stepsWaiting = 0
  package var concurrentSteps = 0
  package var executable = ""
  package var labels: [String: String] = [:]
  /// How many of its messages meant nothing, since the host began.
  package var ignoredMessages = 0
  /// The same by why, such as `unaskedAnswers`.
  package var ignored: [String: Int] = [:]
  /// Whether its process does not run at all: SIGSTOP, or a debugger.
  package var isSuspended = false
  /// What its entry asks for and the host's machine does not have.
  package var notes: [String] = []

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
    nextTryAt = status.nextTryAt
    failures = status.failures
    lastStandardError = status.lastStandardError
    assetCount = status.assetCount
    checkCount = status.checkCount
    digest = status.digest
    library = status.library
    isStale = status.isStale
    stepsRunning = status.stepsRunning
    stepsWaiting = status.stepsWaiting
    concurrentSteps = status.concurrentSteps
    executable = status.executable
    labels = status.labels
    ignoredMessages = status.ignored.total
    ignored = Dictionary(
      status.ignored.byKind.map { ($0.key.rawValue, $0.value) },
      uniquingKeysWith: { first, _ in first }
    )
    isSuspended = status.isSuspended
    notes = status.notes
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
    json.member("nextTryAt", nextTryAt)
    json.member("failures", failures)
    json.member("lastStandardError", lastStandardError)
    json.member("assetCount", assetCount)
    json.member("checkCount", checkCount)
    json.member("digest", digest)
    json.member("library", library)
    json.member("isStale", isStale)
    json.member("stepsRunning", stepsRunning)
    json.member("stepsWaiting", stepsWaiting)
    json.member("concurrentSteps", concurrentSteps)
    json.member("executable", executable)
    json.member("labels", labels)
    json.member("ignoredMessages", ignoredMessages)
    json.member("ignored", ignored)
    json.member("isSuspended", isSuspended)
    json.member("notes", notes)
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
      case "nextTryAt": nextTryAt = try json.optional()
      case "failures": failures = try json.int()
      case "lastStandardError": lastStandardError = try json.list()
      case "assetCount": assetCount = try json.int()
      case "checkCount": checkCount = try json.int()
      case "digest": digest = try json.optional()
      case "library": library = try json.optional()
      case "isStale": isStale = try json.bool()
      case "stepsRunning": stepsRunning = try json.int()
      case "stepsWaiting": stepsWaiting = try json.int()
      case "concurrentSteps": concurrentSteps = try json.int()
      case "executable": executable = try json.string()
      case "labels": labels = try json.dictionary()
      case "ignoredMessages": ignoredMessages = try json.int()
      case "ignored": ignored = try json.dictionary()
      case "isSuspended": isSuspended = try json.bool()
      case "notes": notes = try json.list()
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
