import HanseModel
import HanseWire

extension Golden {
  static let fromHost: [Golden] = [
    .host(
      "initialize.request",
      "initialize",
      .initialize(
        id: 1,
        InitializeRequest(
          protocolVersions: [1],
          host: Program(name: "hanse", version: "0.1.0"),
          location: "climate",
          generation: Generation(3),
          epoch: HostEpoch(4),
          limits: WireLimits(),
          io: StorageChoice(kind: "filesystem", path: "/data", settings: ["depth": 2])
        )
      ),
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersions":[1],"#
        + #""host":{"name":"hanse","version":"0.1.0"},"location":"climate","generation":3,"#
        + #""epoch":4,"limits":{"lineBytes":8388608,"nestingDepth":64,"eventsPerSecond":2000,"#
        + #""concurrentSteps":32},"io":{"kind":"filesystem","path":"/data","#
        + #""settings":{"depth":2}}}}"#
    ),
    .host(
      "definitions.request",
      "the first page of definitions",
      .definitions(id: 2, DefinitionsRequest()),
      #"{"jsonrpc":"2.0","id":2,"method":"definitions","params":{}}"#
    ),
    .host(
      "definitions.request",
      "a further page of definitions",
      .definitions(id: 3, DefinitionsRequest(cursor: "1000")),
      #"{"jsonrpc":"2.0","id":3,"method":"definitions","params":{"cursor":"1000"}}"#
    ),
    .host(
      "step-execute.request",
      "a step with everything",
      .executeStep(id: 7, .full),
      #"{"jsonrpc":"2.0","id":7,"method":"step/execute","params":{\#(AttemptID.json),"#
        + #""assets":["climate/daily"],"check":"no_gaps","partition":"2010-07-04","#
        + #""config":{"window":3},"tags":{"team":"climate"},"timeoutMilliseconds":60000,"#
        + #""upstream":[{"asset":"observatory/hourly","partition":"2010-07-04","sequence":41,"#
        + #""time":"2010-07-04T12:00:00.000Z","run":"0123456789aa","codeVersion":"1","#
        + #""dataVersion":"v9","metadata":{"rows":{"type":"integer","value":24}}}]}}"#
    ),
    .host(
      "step-execute.request",
      "a step with little",
      .executeStep(id: 8, StepRequest(attempt: .sample, assets: [])),
      #"{"jsonrpc":"2.0","id":8,"method":"step/execute","params":{\#(AttemptID.json),"assets":[]}}"#
    ),
    .host(
      "step-cancel.notification",
      "a cancellation",
      .cancelStep(.sample),
      #"{"jsonrpc":"2.0","method":"step/cancel","params":{\#(AttemptID.json)}}"#
    ),
    .host(
      "ping.request",
      "a ping",
      .ping(id: 9),
      #"{"jsonrpc":"2.0","id":9,"method":"ping"}"#
    ),
    .host(
      "shutdown.request",
      "a shutdown",
      .shutdown(id: 10),
      #"{"jsonrpc":"2.0","id":10,"method":"shutdown"}"#
    ),
  ]
}

extension StepRequest {
  static let full = StepRequest(
    attempt: .sample,
    assets: ["climate/daily"],
    check: "no_gaps",
    partition: "2010-07-04",
    config: ["window": 3],
    tags: ["team": "climate"],
    timeoutMilliseconds: 60_000,
    upstream: [
      MaterializationRecord(
        asset: "observatory/hourly",
        partition: "2010-07-04",
        sequence: 41,
        time: Timestamp(milliseconds: 1_278_244_800_000),
        run: "0123456789aa",
        codeVersion: "1",
        dataVersion: "v9",
        metadata: ["rows": 24]
      )
    ]
  )
}
