import HanseAPI
import HanseGraph
import HanseHost
import HanseModel

/// Documents in which every member has a value, by the name of what they are.
enum FilledDocuments {
  static var all: [(name: String, json: [UInt8])] {
    [
      ("Location", JSONWriter.encode(location)), ("Generation", JSONWriter.encode(generation)),
      ("Reload", JSONWriter.encode(ReloadDocument(items: [], applied: ["x"], pending: ["y"]))),
      ("LogLine", JSONWriter.encode(line)), ("Asset", JSONWriter.encode(asset)),
      ("Step", JSONWriter.encode(step)), ("RunDetail", run(isDetail: true)),
      ("Run", run(isDetail: false)), ("Diff", diff), ("GraphNode", JSONWriter.encode(node)),
      ("Graph", JSONWriter.encode(graph)), ("FieldChange", fieldChange),
      ("QueueReport", JSONWriter.encode(queues)),
      ("StepExplanation", JSONWriter.encode(explanation)),
      ("Problem", JSONWriter.encode(problem)), ("Diagnostic", JSONWriter.encode(diagnostic)),
      ("RunRequest", JSONWriter.encode(EventSamples.request)),
      ("CancelOrder", JSONWriter.encode(CancelOrder(forced: true))),
      ("RollbackOrder", JSONWriter.encode(RollbackOrder(generation: Generation(2)))),
      ("LimitOrder", JSONWriter.encode(limitOrder)), ("RequeueOrder", JSONWriter.encode(requeue)),
      ("StepCancelOrder", JSONWriter.encode(stepCancel)),
    ]
  }

  private static let time = Timestamp(milliseconds: 1_278_244_800_000)

  private static var location: LocationDocument {
    var document = LocationDocument(name: "climate", state: .backingOff)
    document.since = time
    document.generation = Generation(4)
    document.processID = 42
    document.reason = "exit status 3"
    document.fault = "LOC-CRASH"
    document.nextTryAt = time
    document.next = .init(.start, at: time)
    document.failures = 2
    document.lastStandardError = ["x"]
    document.digest = "d"
    document.library = "Hanse 0.1.0"
    document.binary = "b"
    document.file = "f"
    document.fileProblem = "not executable"
    document.requiredDigest = "s"
    document.pin = "p"
    document.candidate = .init(
      generation: Generation(5),
      state: .starting,
      digest: "c",
      failures: 1,
      next: .init(.giveUp, at: time)
    )
    document.rejection = .init(
      generation: Generation(3),
      digest: "r",
      code: "LOC-CRASH",
      reason: "exit status 1",
      time: time,
      failures: 2,
      nextTryAt: time,
      isRolledBack: true,
      lastStandardError: ["y"]
    )
    document.served = [.init(generation: Generation(2), digest: "v", isKept: true)]
    document.keepingProblem = "no space"
    document.leaving = [Generation(1)]
    document.isIsolated = true
    document.workers = [
      .init(
        run: "r1",
        step: "a/x",
        generation: Generation(9),
        state: .running,
        processID: 43,
        since: time
      )
    ]
    document.workerTrouble = .init(
      reason: "x",
      code: "LOC-EXIT-EARLY",
      failures: 1,
      nextTryAt: time
    )
    document.executable = "/bin/climate"
    document.labels = ["a": "b"]
    document.notes = ["no cgroup"]
    document.ignored = ["unaskedAnswers": 3]
    return document
  }

  private static var generation: GenerationDocument {
    var document = GenerationDocument(generation: Generation(2), digest: "d")
    document.servedAt = time
    document.library = "Hanse 0.1.0"
    document.sizeBytes = 4
    document.reason = "it is gone"
    return document
  }

  private static let line = ComputeLogLine(
    location: "climate",
    time: time,
    generation: Generation(2),
    run: "r1",
    text: "hello"
  )

  private static var materialization: MaterializationDocument {
    var document = MaterializationDocument(asset: "a/x", sequence: 7, time: time)
    document.partition = "p"
    document.run = "r1"
    document.codeVersion = "2"
    document.dataVersion = "d"
    document.rows = 5
    document.metadata = ["rows": 5]
    document.isObservation = true
    return document
  }

  private static var asset: AssetDocument {
    var document = AssetDocument(key: "a/x")
    document.location = "climate"
    document.group = "g"
    document.description = "an asset"
    document.kinds = ["table"]
    document.owners = ["team"]
    document.tags = ["a": "b"]
    document.metadata = ["k": .table(MetadataValue.Table(columns: ["c"], rows: [[1]]))]
    document.codeVersion = "2"
    document.valueType = "Int"
    document.operation = "pair"
    document.retry = RetryPolicy(maxRetries: 2)
    document.timeoutMilliseconds = 5
    document.pools = ["warehouse": 2]
    document.source = SourcePlace(file: "A.swift", line: 3, column: 4)
    document.dependencies = [.init(key: "b/y", kind: .ordering, location: "other")]
    document.downstream = ["c/z"]
    document.configSchema = ["type": "object"]
    document.blockage = "a cycle"
    var check = CheckDocument(name: "no_gaps")
    var outcome = CheckDocument.Outcome(passed: true, time: time, sequence: 3)
    outcome.description = "fine"
    outcome.metadata = ["gaps": 0]
    outcome.partition = "p"
    outcome.run = "r1"
    outcome.isAbridged = true
    check.description = "no gaps"
    check.latest = outcome
    document.checks = [check]
    document.latest = materialization
    return document
  }

  private static var step: StepDocument {
    var document = StepDocument(key: "a/x", location: "climate")
    document.assets = ["a/x"]
    document.check = "no_gaps"
    document.dependsOn = ["b/y"]
    document.queuedMilliseconds = 1
    document.started = time
    document.finished = time
    document.durationMilliseconds = 2
    var attempt = AttemptDocument(attempt: 1)
    attempt.location = "climate"
    attempt.generation = Generation(2)
    attempt.queuedMilliseconds = 1
    attempt.started = time
    attempt.finished = time
    attempt.durationMilliseconds = 3
    attempt.failure = EventSamples.failure
    attempt.retryInMilliseconds = 4
    document.attempts = [attempt]
    document.failure = EventSamples.failure
    document.skippedBecause = "b/y"
    document.message = "by hand"
    document.canceledBy = EventSamples.ann
    document.progress = .init(elapsedMilliseconds: 3, fraction: 0.5, message: "half")
    document.held = "queue slow is full"
    document.checks = [EventSamples.check]
    document.materializations = [materialization]
    document.isAbridged = true
    return document
  }

  private static var node: GraphDocument.Node {
    var node = GraphDocument.Node(key: "a/x")
    (node.location, node.group, node.kinds) = ("climate", "g", ["table"])
    (node.operation, node.blockage) = ("pair", "a cycle")
    return node
  }

  private static var graph: GraphDocument {
    var graph = GraphDocument()
    (graph.nodes, graph.next) = ([node], "a/x")
    return graph
  }

  private static let fieldChange = Array(#"{"field":"description","isAbridged":true}"#.utf8)

  private static func run(isDetail: Bool) -> [UInt8] {
    let time = JSONValue.string("\(time)")
    let text: JSONValue = [
      "id": "r1", "status": "failed", "selection": "*", "partition": "p", "trigger": "cli",
      "tags": ["a": "b"], "created": time, "started": time, "finished": time,
      "message": "1 step failed", "stepCounts": ["failed": 1], "sequence": 9,
      "config": ["a/x": ["days": 3]], "queue": "q", "priority": 5, "steps": [],
      "abridgedSteps": 1,
      "canceledBy": ["userID": 7], "requeuedBy": ["userID": 8, "userName": "ann"],
    ]
    // Through the document: what it does not know is not in what it writes.
    var json = JSONReader(JSONWriter.encode(text))
    do throws(JSONError) {
      return isDetail
        ? JSONWriter.encode(try RunDetailDocument(from: &json))
        : JSONWriter.encode(try RunDocument(from: &json))
    } catch {
      return []
    }
  }

  /// What two sets of definitions differ in that have something of everything otherwise.
  private static var diff: [UInt8] {
    func definitions(_ version: String, _ keys: [AssetKey]) -> LocationDefinitions {
      var definitions = LocationDefinitions()
      definitions.assets = keys.map { key in
        var asset = AssetDefinition(key: key)
        asset.codeVersion = version
        return asset
      }
      var check = CheckDefinition(name: "no_gaps", asset: keys[0])
      check.description = version
      definitions.checks = [check]
      return definitions
    }
    let old = LocationInput(name: "climate", definitions: definitions("1", ["a/x", "b/y"]))
    let diff = DefinitionsDiff(
      of: "climate",
      to: definitions("2", ["a/x", "c/z"]),
      among: [old]
    )
    var json = JSONWriter()
    json.beginObject()
    json.member("from", Generation(1))
    json.member("to", Generation(2))
    json.name("definitions")
    diff.write(to: &json)
    json.endObject()
    return json.takeBytes()
  }

  private static var holder: SlotHolder {
    SlotHolder(
      run: "r1",
      step: "a/x",
      location: "climate",
      queue: "slow",
      attempt: 1,
      started: time,
      elapsedMilliseconds: 4
    )
  }

  private static var limit: LimitReport {
    var report = LimitReport(kind: .location, name: "climate", used: 1, limit: 2)
    report.weight = 1.5
    report.rate = RateLimit(starts: 5, per: .seconds(2), burst: 7)
    report.nextStart = time
    report.unavailable = "is restarting"
    report.orderedBy = Principal(userID: 1000, userName: "ann")
    (report.orderedAt, report.kept, report.keptFor) = (time, 2, "climate")
    report.needs = 1
    report.holders = [holder]
    return report
  }

  private static var queues: QueueReport {
    var report = QueueReport(time: time)
    report.queues = [limit]
    report.locations = [limit]
    report.pools = [limit]
    report.tags = [limit]
    report.running = [holder]
    report.waiting = [
      WaitingStep(
        run: "r1",
        step: "a/x",
        location: "climate",
        queue: "slow",
        priority: 2,
        since: time,
        waitedMilliseconds: 3,
        held: "queue slow is full"
      )
    ]
    report.followers = [.init(run: "r2", step: "a/x", location: "climate", leader: "r1")]
    report.followerCount = 1
    report.miscounts = ["queue slow: 1 and not 2"]
    return report
  }

  private static var explanation: StepExplanation {
    var explanation = StepExplanation(
      run: "r1",
      step: "a/x",
      location: "climate",
      status: .waiting,
      reason: "queue slow is full",
      queue: "slow",
      priority: 2
    )
    explanation.since = time
    explanation.ahead = 3
    (explanation.passes, explanation.passesAllowed) = (2, 8)
    (explanation.leader, explanation.followers) = ("r3", ["r2"])
    explanation.followerCount = 1
    explanation.limits = [limit]
    explanation.upstream = [.init(step: "b/y", status: .running)]
    explanation.upstreamCount = 1
    explanation.nextAttempt = time
    explanation.estimatedStart = time
    explanation.estimate = "by the last 5 runs"
    return explanation
  }

  private static var problem: Problem {
    var problem = Problem(.unknownRun, status: 404, title: "No such run", detail: "x")
    problem.instance = "/api/v1/runs/x"
    problem.parameter = "run"
    problem.column = 3
    problem.selection = "*"
    problem.suggestion = "y"
    problem.candidates = ["a"]
    problem.allowed = ["GET"]
    return problem
  }

  private static let diagnostic = Diagnostic(
    .invalidEntry,
    severity: .note,
    location: "climate",
    asset: "a/x",
    message: "x",
    fix: "y",
    source: SourcePlace(file: "workspace.json", line: 1)
  )

  private static var limitOrder: LimitOrder {
    var order = EventSamples.order
    order.flow = nil
    return order
  }

  private static var requeue: RequeueOrder {
    var order = RequeueOrder()
    (order.run, order.selection, order.queue, order.priority) = ("r1", "*", "q", 3)
    return order
  }

  private static var stepCancel: StepCancelOrder {
    var order = StepCancelOrder(selection: "*")
    (order.run, order.forced) = ("r1", true)
    return order
  }
}
