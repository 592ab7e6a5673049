import HanseModel
import HanseWire

extension Golden {
  static let fromLocation: [Golden] =
    results + events + [
      .log(
        "a log record of no attempt",
        LogRecord(level: .warning, message: "slow feed", fields: ["seconds": 12]),
        #"{"jsonrpc":"2.0","seq":3,"method":"log","params":{"level":"warning","#
          + #""message":"slow feed","fields":{"seconds":12}}}"#
      ),
      .error(
        "an unknown method",
        RPCError(code: RPCError.Code.methodNotFound, message: "no method x", data: ["method": "x"]),
        id: 7,
        #"{"jsonrpc":"2.0","seq":3,"id":7,"error":{"code":-32601,"message":"no method x","#
          + #""data":{"method":"x"}}}"#
      ),
      .error(
        "an unreadable line",
        RPCError(code: RPCError.Code.parseError, message: "not JSON"),
        id: nil,
        #"{"jsonrpc":"2.0","seq":3,"id":null,"error":{"code":-32700,"message":"not JSON"}}"#
      ),
    ]

  private static func answer(_ result: String) -> String {
    #"{"jsonrpc":"2.0","seq":3,"id":7,"result":\#(result)}"#
  }

  private static let results: [Golden] = [
    .result(
      "initialize.response",
      "the answer to initialize",
      InitializeResult(
        protocolVersion: 1,
        library: Program(name: "Hanse for Swift", version: "0.1.0")
      ),
      answer(
        #"{"protocolVersion":1,"library":{"name":"Hanse for Swift","version":"0.1.0"}}"#
      )
    ),
    .result(
      "definitions.response",
      "definitions with everything",
      DefinitionsPage(definitions: .full, nextCursor: "1", digest: "00c0ffee"),
      answer(LocationDefinitions.fullJSON)
    ),
    .result(
      "definitions.response",
      "no definitions",
      DefinitionsPage(definitions: LocationDefinitions()),
      answer(#"{"assets":[]}"#)
    ),
    .result(
      "step-execute.response",
      "a success",
      StepOutcome.succeeded,
      answer(#"{"status":"succeeded"}"#)
    ),
    .result(
      "step-execute.response",
      "a failure",
      StepOutcome.failed(
        StepFailure(
          .checkFailed,
          message: "3 hours are missing",
          errorType: "GapError",
          standardErrorTail: ["warning: gap"],
          isRetryable: false
        )
      ),
      answer(
        #"{"status":"failed","failure":{"code":"check-failed","message":"3 hours are missing","#
          + #""errorType":"GapError","standardErrorTail":["warning: gap"],"isRetryable":false}}"#
      )
    ),
    .result(
      "step-execute.response",
      "a cancellation obeyed",
      StepOutcome.canceled,
      answer(#"{"status":"canceled"}"#)
    ),
    .result(
      "ping.response",
      "the answer to a ping",
      PingResult(stepsInFlight: 2),
      answer(#"{"stepsInFlight":2}"#)
    ),
    .result("shutdown.response", "the answer to a shutdown", Nothing(), answer("{}")),
  ]

  private static let events: [Golden] = [
    .event(
      "a materialization",
      .materialized(.full),
      #"{"kind":"materialized","data":\#(Materialization.fullJSON)}"#
    ),
    .event(
      "an observation",
      .observed(Materialization(asset: "a")),
      #"{"kind":"observed","data":{"asset":"a"}}"#
    ),
    .event(
      "a check's result",
      .checked(
        CheckResult(
          name: "no_gaps",
          asset: "a",
          passed: false,
          severity: .warning,
          blocking: true,
          description: "one hour",
          metadata: ["hours": 1]
        )
      ),
      #"{"kind":"checked","data":{"name":"no_gaps","asset":"a","passed":false,"#
        + #""severity":"warning","blocking":true,"description":"one hour","#
        + #""metadata":{"hours":{"type":"integer","value":1}}}}"#
    ),
    .event(
      "a log record",
      .logged(LogRecord(level: .debug, message: "hm \"quoted\"\n")),
      #"{"kind":"logged","data":{"level":"debug","message":"hm \"quoted\"\n"}}"#
    ),
    .event(
      "progress",
      .progress(fraction: 0.5, message: "half"),
      #"{"kind":"progress","data":{"fraction":0.5,"message":"half"}}"#
    ),
    .event(
      "progress that nobody can measure",
      .progress(fraction: nil, message: nil),
      #"{"kind":"progress","data":{}}"#
    ),
  ]
}

extension Materialization {
  static let full = Materialization(
    asset: "climate/daily",
    partition: "2010-07-04",
    metadata: [
      "a": 1, "b": 1.5, "c": "text", "d": .markdown("*m*"), "e": .url("https://noaa.gov"),
      "f": .path("/tmp/x"), "g": .json(["deep": [1, nil]]),
      "h": .table(MetadataValue.Table(columns: ["x"], rows: [[1], ["y"]])),
      "i": .time(Timestamp(milliseconds: 0)), "j": .bytes(10), "k": .duration(.milliseconds(1500)),
      "l": true, "m": .unknown(type: "colour", value: "red"),
    ],
    codeVersion: "1",
    dataVersion: "2",
    inputs: [Materialization.Input(asset: "observatory/hourly", dataVersion: "9", sequence: 41)]
  )

  static let fullJSON =
    #"{"asset":"climate/daily","partition":"2010-07-04","metadata":{"#
    + #""a":{"type":"integer","value":1},"b":{"type":"number","value":1.5},"#
    + #""c":{"type":"text","value":"text"},"d":{"type":"markdown","value":"*m*"},"#
    + #""e":{"type":"url","value":"https://noaa.gov"},"f":{"type":"path","value":"/tmp/x"},"#
    + #""g":{"type":"json","value":{"deep":[1,null]}},"#
    + #""h":{"type":"table","value":{"columns":["x"],"rows":[[1],["y"]]}},"#
    + #""i":{"type":"time","value":"1970-01-01T00:00:00.000Z"},"#
    + #""j":{"type":"bytes","value":10},"k":{"type":"duration","value":1500},"#
    + #""l":{"type":"bool","value":true},"m":{"type":"colour","value":"red"}},"#
    + #""codeVersion":"1","dataVersion":"2","#
    + #""inputs":[{"asset":"observatory/hourly","dataVersion":"9","sequence":41}]}"#
}

extension LocationDefinitions {
  static let full = LocationDefinitions(
    assets: [
      AssetDefinition(
        key: "climate/daily",
        dependencies: [Dependency("observatory/hourly"), Dependency("setup", kind: .ordering)],
        description: "Daily means",
        group: "climate",
        owners: ["team:climate"],
        kinds: ["table"],
        tags: ["tier": "1"],
        metadata: ["unit": "°C"],
        codeVersion: "3",
        valueType: "[Day]",
        operation: "tables",
        retry: RetryPolicy(
          maxRetries: 3,
          delay: .seconds(1),
          backoff: .exponential,
          jitter: 0.25
        ),
        timeoutMilliseconds: 60_000,
        pools: ["warehouse": 2],
        onLimit: .coalesce,
        configSchema: ["type": "object"],
        source: SourcePlace(file: "Climate/Daily.swift", line: 12)
      )
    ],
    checks: [
      CheckDefinition(
        name: "no_gaps",
        asset: "climate/daily",
        severity: .warning,
        blocking: true,
        description: "Every hour is there",
        retry: RetryPolicy(maxRetries: 1),
        timeoutMilliseconds: 5000,
        source: SourcePlace(file: "Climate/Checks.swift", line: 3)
      )
    ],
    resources: ["warehouse"]
  )

  /// The page of ``full`` with a cursor and a digest.
  static let fullJSON =
    #"{"assets":[{"key":"climate/daily","dependencies":["observatory/hourly","#
    + #"{"key":"setup","kind":"ordering"}],"description":"Daily means","group":"climate","#
    + #""owners":["team:climate"],"kinds":["table"],"tags":{"tier":"1"},"#
    + #""metadata":{"unit":{"type":"text","value":"°C"}},"codeVersion":"3","#
    + #""valueType":"[Day]","operation":"tables","retry":{"maxRetries":3,"#
    + #""delayMilliseconds":1000,"backoff":"exponential","jitter":0.25},"#
    + #""timeoutMilliseconds":60000,"pools":{"warehouse":2},"onLimit":"coalesce","configSchema":{"type":"object"},"#
    + #""source":{"file":"Climate/Daily.swift","line":12}}],"#
    + #""checks":[{"name":"no_gaps","asset":"climate/daily","severity":"warning","#
    + #""blocking":true,"description":"Every hour is there","retry":{"maxRetries":1,"#
    + #""delayMilliseconds":0,"backoff":"constant","jitter":0.0},"timeoutMilliseconds":5000,"#
    + #""source":{"file":"Climate/Checks.swift","line":3}}],"#
    + #""resources":["warehouse"],"nextCursor":"1","digest":"00c0ffee"}"#
}
