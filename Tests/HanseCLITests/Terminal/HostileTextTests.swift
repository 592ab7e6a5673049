import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// Text of a location that wants to work the terminal, through every form of every listing.
struct HostileTextTests {
  static let texts = [
    "\u{1B}[31mred", "\u{1B}[2J\u{1B}[H", "\u{1B}]0;title\u{7}", "\u{1B}]8;;http://x\u{1B}\\link",
    "\u{1B}P+q\u{1B}\\", "\u{9B}31mred", "\u{9D}0;title\u{9C}", "\u{90}+q\u{9C}", "bell\u{7}",
    "over\rwritten", "rub\u{8}\u{7F}out", "\u{0}", "\u{E}shift\u{F}", "\u{12}mark\u{11}",
    "\u{202E}turned\u{202C}", "\u{2066}isolated\u{2069}", "\u{200E}\u{200F}\u{61C}",
    "line\u{2028}paragraph\u{2029}next\u{85}", "tab\tand\nbreak",
  ]

  /// What a console writes to a pipe, without the colours that it may write.
  private func printed(_ body: (Console) throws -> Void) throws -> String {
    let pipe = try Pipe.make()
    let console = Console(
      output: pipe.writing,
      errors: pipe.writing,
      color: "always",
      environment: [:]
    )
    try body(console)
    pipe.writing.close()
    let bytes = try pipe.reading.readAll(limitBytes: 1 << 16)
    var text = try #require(String(validating: bytes, as: UTF8.self))
    for code in ["0", "1", "2", "31", "32", "33", "36"] {
      text.replace("\u{1B}[\(code)m", with: "")
    }
    return text
  }

  private func expectHarmless(
    _ hostile: String,
    _ what: String,
    _ body: (Console) throws -> Void
  ) throws {
    let text = try printed(body)
    let raw = text.unicodeScalars.first { $0.isHidden && $0 != "\n" }
    #expect(raw == nil, "\(what) lets U+\(raw?.fourDigits ?? "") through: \(text.debugDescription)")
    #expect(!text.isEmpty, "\(what) says nothing")
  }

  private func run(_ text: String) throws -> RunDetailDocument {
    var step = StepDocument(key: StepKey(text), location: LocationName(text))
    step.assets = [AssetKey(text)]
    step.status = .failed
    step.failure = StepFailure(.failed, message: text, standardErrorTail: [text])
    step.message = text
    step.held = text
    step.checks = [
      CheckResult(name: text, asset: AssetKey(text), passed: false, description: text)
    ]
    var made = MaterializationDocument(
      asset: AssetKey(text),
      sequence: 1,
      time: Timestamp(milliseconds: 0)
    )
    made.metadata = [text: .text(text), "json": .json(.string(text)), "path": .path(text)]
    step.materializations = [made]
    var attempt = AttemptDocument(attempt: 1)
    attempt.failure = step.failure
    step.attempts = [attempt, attempt]
    var skipped = StepDocument(key: "skipped", location: "here")
    skipped.status = .skipped
    skipped.skippedBecause = StepKey(text)
    var canceled = StepDocument(key: "canceled", location: "here")
    (canceled.status, canceled.message) = (.canceled, text)
    canceled.canceledBy = Principal(userID: 1, userName: text)
    var document = try RunDetailDocument.decode("{}")
    document.steps = [step, skipped, canceled]
    document.run.id = RunID(text)
    document.run.status = .failed
    document.run.selection = text
    document.run.partition = PartitionKey(text)
    document.run.trigger = text
    document.run.tags = [text: text]
    document.run.message = text
    document.canceledBy = Principal(userID: 1, userName: text)
    document.requeuedBy = document.canceledBy
    return document
  }

  private func asset(_ text: String) -> AssetDocument {
    var asset = AssetDocument(key: AssetKey(text))
    asset.location = LocationName(text)
    asset.group = text
    asset.blockage = text
    var check = CheckDocument(name: text)
    check.description = text
    asset.checks = [check]
    return asset
  }

  @Test(arguments: texts) func `a table of assets, runs or locations shows it`(text: String) throws
  {
    try expectHarmless(text, "assets") { try $0.table(AssetsTable.make([asset(text)])) }
    try expectHarmless(text, "runs") { try $0.table(RunsTable.make([try run(text).run])) }
    var location = LocationDocument(name: LocationName(text), state: .backingOff)
    location.reason = text
    try expectHarmless(text, "locations") { try $0.table(LocationsTable.make([location])) }
  }

  @Test(arguments: texts) func `the page of a run and its live view show it`(text: String) throws {
    let run = try run(text)
    try expectHarmless(text, "run") {
      try $0.lines(RunPage.lines(run, width: nil, paint: $0.paint))
    }
    try expectHarmless(text, "summary") {
      try $0.lines(RunSummary.lines(run, hostStays: true, paint: $0.paint))
    }
    let model = RunModel(run)
    let now = Timestamp(milliseconds: 0)
    try expectHarmless(text, "live") {
      try $0.lines(RunLines.live(model, now: now, width: 80, height: 24, paint: $0.paint))
    }
    for step in model.steps {
      try expectHarmless(text, "plain") {
        try $0.line(RunLines.plain(step, at: now, paint: $0.paint))
      }
    }
  }

  /// An event of each kind that carries text.
  static func payloads(_ text: String) -> [EventPayload] {
    let asset = AssetKey(text)
    let failure = StepFailure(.failed, message: text)
    return [
      .hostStarted(version: text, processID: 1, epoch: HostEpoch(1)),
      .locationExited(reason: text, expected: false, standardErrorTail: [text]),
      .locationFailed(message: text),
      .runFinished(status: .failed, message: text),
      .stepFailed(failure, retryInMilliseconds: 1), .stepSkipped(because: StepKey(text)),
      .stepCanceled(message: text, by: Principal(userID: 1, userName: text)),
      .runCanceling(forced: true, by: Principal(userID: 1, userName: text)),
      .runRequeued(queue: text, priority: 1, by: Principal(userID: 1, userName: text)),
      .materialized(Materialization(asset: asset, metadata: [text: .markdown(text)])),
      .observed(Materialization(asset: asset, metadata: ["url": .url(text)])),
      .checked(CheckResult(name: text, asset: asset, passed: false, description: text)),
      .logged(LogRecord(level: .error, message: text, fields: [text: .string(text)])),
      .unknown(kind: text, data: .string(text)),
      .runCreated(
        EventPayload.RunCreation(request: RunRequest(selection: text), plan: RunPlan())
      ),
    ]
  }

  @Test(arguments: texts) func `a line of events or logs shows it`(text: String) throws {
    for (index, payload) in Self.payloads(text).enumerated() {
      let record = EventRecord(
        time: Timestamp(milliseconds: 0),
        location: LocationName(text),
        run: RunID(text),
        step: StepKey(text),
        payload: payload
      )
      let event = Event(sequence: 1, record: record)
      try expectHarmless(text, "event \(index)") {
        let line = EventText.line(event, $0.paint)
        #expect(!line.contains("\n"), "\(line.debugDescription)")
        try $0.line(line)
      }
      try expectHarmless(text, "JSON of event \(index)") { try $0.document(event) }
    }
    let line = ComputeLogLine(
      location: LocationName(text),
      time: Timestamp(milliseconds: 0),
      generation: Generation(1),
      text: text
    )
    try expectHarmless(text, "logs") { try $0.line(LogText.line(line, $0.paint)) }
  }

  @Test(arguments: texts) func `queues and explanations show it`(text: String) throws {
    let holder = SlotHolder(
      run: RunID(text),
      step: StepKey(text),
      location: LocationName(text),
      queue: text,
      attempt: 1,
      started: nil,
      elapsedMilliseconds: 1
    )
    let waiting = WaitingStep(
      run: RunID(text),
      step: StepKey(text),
      location: LocationName(text),
      queue: text,
      priority: 0,
      since: Timestamp(milliseconds: 0),
      waitedMilliseconds: 1,
      held: text
    )
    var limit = LimitReport(kind: .pool, name: text, used: 1, limit: 1)
    (limit.unavailable, limit.holders, limit.blocks) = (text, [holder], true)
    var report = QueueReport()
    (report.pools, report.running, report.waiting) = ([limit], [holder], [waiting])
    report.miscounts = [text]
    try expectHarmless(text, "queue") {
      try $0.lines(QueuePage.lines(report, width: nil, paint: $0.paint))
    }
    try expectHarmless(text, "JSON of queues") { try $0.document(report) }
    var explanation = StepExplanation(
      run: RunID(text),
      step: StepKey(text),
      location: LocationName(text),
      status: .ready,
      reason: text,
      queue: text,
      priority: 1
    )
    (explanation.limits, explanation.estimate) = ([limit], text)
    explanation.upstream = [.init(step: StepKey(text), status: .failed)]
    try expectHarmless(text, "explanation") {
      try $0.lines(ExplanationPage.lines([explanation], width: nil, paint: $0.paint))
    }
    try expectHarmless(text, "finding of slots") {
      try $0.lines(FindingText.lines(SlotExamination.finding(report), $0.paint))
    }
    try expectHarmless(text, "order") {
      try $0.line(QueueMessages.state(of: limit, .pool(text)).visibleLine)
    }
  }

  @Test(arguments: texts) func `diagnostics, findings and graphs show it`(text: String) throws {
    let diagnostic = Diagnostic(
      .invalidEntry,
      severity: .error,
      location: LocationName(text),
      asset: AssetKey(text),
      message: text,
      fix: text,
      source: SourcePlace(file: text, line: 1)
    )
    try expectHarmless(text, "check") {
      try $0.lines(DiagnosticText.lines(diagnostic, standardError: [text], $0.paint))
    }
    let finding = Finding(level: .error, subject: text, message: text, fix: text)
    try expectHarmless(text, "doctor") { try $0.lines(FindingText.lines(finding, $0.paint)) }
    var graph = GraphDocument()
    var node = GraphDocument.Node(key: AssetKey(text))
    node.location = LocationName(text)
    node.blockage = text
    graph.nodes = [node, GraphDocument.Node(key: "downstream")]
    graph.edges = [.init(from: AssetKey(text), to: "downstream")]
    try expectHarmless(text, "graph") {
      try $0.lines(GraphText.lines(graph, width: nil, paint: $0.paint))
    }
    try expectHarmless(text, "dot") { try $0.write(Array(GraphDot.text(graph).utf8)) }
  }

  @Test(arguments: texts) func `JSON, notes and errors show it`(text: String) throws {
    try expectHarmless(text, "JSON of a run") { try $0.document(try run(text)) }
    try expectHarmless(text, "JSON of an asset") { try $0.document(asset(text)) }
    try expectHarmless(text, "note") { $0.note(text) }
    try expectHarmless(text, "warning") { $0.warn(text) }
    try expectHarmless(text, "error") { $0.fail(text) }
    try expectHarmless(text, "what nobody has cleaned") { try $0.line("x \(text)") }
    try expectHarmless(text, "what is painted") { try $0.line($0.paint("x \(text)", .good)) }
  }

  @Test func `only what is painted has a colour`() throws {
    let paint = Paint(isEnabled: true)
    let painted = "\(paint("a", .good)) \u{1B}[31mb\(paint("\u{13}c", .bold))"
    #expect(
      TerminalText.rendered(painted)
        == "\u{1B}[32ma\u{1B}[0m \\u{1b}[31mb\u{1B}[1m\\u{13}c\u{1B}[0m"
    )
    #expect(TerminalText.rendered("plain\ntext") == "plain\ntext")
  }
}
