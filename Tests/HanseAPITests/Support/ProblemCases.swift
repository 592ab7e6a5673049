import HanseAPI
import Testing

/// Wrong calls, and the exact answer to each.
enum ProblemCases {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var request: APIRequest
    var status: Int
    var json: String
    var testDescription: String { name }

    init(_ name: String, _ request: APIRequest, _ status: Int, _ json: String) {
      self.name = name
      self.request = request
      self.status = status
      self.json = json
    }
  }

  static let json = ["content-type": "application/json"]

  static func post(
    _ path: String,
    _ body: String,
    headers: [String: String] = json
  ) -> APIRequest {
    APIRequest(method: "POST", path: path, headers: headers, body: Array(body.utf8))
  }

  static func problem(
    _ code: String,
    _ title: String,
    _ status: Int,
    _ detail: String,
    _ instance: String,
    _ rest: String = ""
  ) -> String {
    #"{"type":"urn:hanse:problem:\#(code)","title":"\#(title)","status":\#(status),"#
      + #""detail":"\#(detail)","instance":"\#(instance)"\#(rest)}"#
  }

  static let addresses = [
    Case(
      "a misspelt route",
      .get("/api/v1/asets"),
      404,
      problem(
        "unknown-route",
        "No such route",
        404,
        "there is nothing at /api/v1/asets; did you mean /api/v1/assets?",
        "/api/v1/asets",
        #","suggestion":"/api/v1/assets""#
      )
    ),
    Case(
      "a route without its prefix",
      .get("/runs"),
      404,
      problem(
        "unknown-route",
        "No such route",
        404,
        "there is nothing at /runs; did you mean /api/v1/runs?",
        "/runs",
        #","suggestion":"/api/v1/runs""#
      )
    ),
    Case(
      "nothing like a route",
      .get("/"),
      404,
      problem(
        "unknown-route",
        "No such route",
        404,
        "there is nothing at /; /api/v1/openapi.json describes every route, and /healthz tells how the "
          + "host is",
        "/"
      )
    ),
    Case(
      "a method that is not there",
      APIRequest(method: "DELETE", path: "/api/v1/runs"),
      405,
      problem(
        "method-not-allowed",
        "Method not allowed",
        405,
        "/api/v1/runs does not take DELETE; it takes GET, POST, HEAD, OPTIONS",
        "/api/v1/runs",
        #","allowed":["GET","POST","HEAD","OPTIONS"]"#
      )
    ),
    Case(
      "a form that is not served",
      APIRequest(method: "GET", path: "/api/v1/runs", headers: ["accept": "text/html"]),
      406,
      problem(
        "not-acceptable",
        "Not acceptable",
        406,
        "the request accepts text/html only; this is served as application/json",
        "/api/v1/runs",
        #","candidates":["application/json"]"#
      )
    ),
    Case(
      "a misspelt parameter",
      .get("/api/v1/runs", query: ["limt": "5"]),
      400,
      problem(
        "unknown-parameter",
        "Unknown parameter",
        400,
        #"there is no parameter \"limt\"; did you mean \"limit\"?"#,
        "/api/v1/runs",
        #","parameter":"limt","suggestion":"limit""#
      )
    ),
    Case(
      "a parameter where there are none",
      .get("/api/v1/pools", query: ["x": ""]),
      400,
      problem(
        "unknown-parameter",
        "Unknown parameter",
        400,
        #"there is no parameter \"x\"; there are none here"#,
        "/api/v1/pools",
        #","parameter":"x""#
      )
    ),
    Case(
      "a limit that is no number",
      .get("/api/v1/runs", query: ["limit": "all"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"limit is \"all\"; expected a whole number from 1 to 1000"#,
        "/api/v1/runs",
        #","parameter":"limit""#
      )
    ),
    Case(
      "a misspelt status",
      .get("/api/v1/runs", query: ["status": "faild"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"status is \"faild\"; expected states of a run, separated by commas: queued, running, "#
          + #"canceling, succeeded, failed, canceled; did you mean \"failed\"?"#,
        "/api/v1/runs",
        #","parameter":"status","suggestion":"failed""#
      )
    ),
    Case(
      "both ends of a page of events",
      .get("/api/v1/events", query: ["after": "1", "before": "9"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"before cannot be used here: give \"after\" or \"before\", not both"#,
        "/api/v1/events",
        #","parameter":"before""#
      )
    ),
    Case(
      "a limit for a stream",
      .stream("/api/v1/events", query: ["limit": "5"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        "limit cannot be used here: it is for pages, and this is a stream",
        "/api/v1/events",
        #","parameter":"limit""#
      )
    ),
    Case(
      "a place in the stream that is no number",
      APIRequest(
        method: "GET",
        path: "/api/v1/events",
        headers: ["accept": "text/event-stream", "last-event-id": "x"]
      ),
      400,
      problem(
        "invalid-request",
        "Invalid request",
        400,
        #"the Last-Event-ID header is \"x\"; expected a sequence number"#,
        "/api/v1/events"
      )
    ),
  ]

  static let subjects = [
    Case(
      "a run that is not there",
      .get("/api/v1/runs/zzz"),
      404,
      problem(
        "unknown-run",
        "No such run",
        404,
        #"no run's id begins with \"zzz\"; list the runs with `hanse runs`"#,
        "/api/v1/runs/zzz"
      )
    ),
    Case(
      "a location that is not there",
      post("/api/v1/locations/ghost/restart", ""),
      404,
      problem(
        "unknown-location",
        "No such location",
        404,
        #"the workspace has no location \"ghost\"; list the locations with `hanse locations`"#,
        "/api/v1/locations/ghost/restart"
      )
    ),
    Case(
      "a disabled location",
      post("/api/v1/locations/off/restart", "{}"),
      409,
      problem(
        "location-unavailable",
        "Location unavailable",
        409,
        #"location \"off\" is disabled; `hanse locations enable off` starts it"#,
        "/api/v1/locations/off/restart"
      )
    ),
    Case(
      "a location that has never served",
      .get("/api/v1/locations/off/diff"),
      409,
      problem(
        "nothing-to-compare",
        "Nothing to compare",
        409,
        #"location \"off\" has not served yet, so there is nothing to compare"#,
        "/api/v1/locations/off/diff"
      )
    ),
    Case(
      "a generation that is no number",
      .get("/api/v1/locations/off/diff", query: ["from": "last"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"from is \"last\"; expected a whole number from 1 to 2147483647"#,
        "/api/v1/locations/off/diff",
        #","parameter":"from""#
      )
    ),
    Case(
      "a look at what only acts",
      .get("/api/v1/locations/off/rollback"),
      405,
      problem(
        "method-not-allowed",
        "Method not allowed",
        405,
        "/api/v1/locations/off/rollback does not take GET; it takes POST, OPTIONS",
        "/api/v1/locations/off/rollback",
        #","allowed":["POST","OPTIONS"]"#
      )
    ),
    Case(
      "an action that is not there",
      post("/api/v1/locations/off/pause", "{}"),
      404,
      problem(
        "unknown-route",
        "No such route",
        404,
        "there is nothing at /api/v1/locations/off/pause; /api/v1/openapi.json describes every "
          + "route, and /healthz tells how the host is",
        "/api/v1/locations/off/pause"
      )
    ),
    Case(
      "a misspelt member of a roll-back",
      post("/api/v1/locations/off/rollback", #"{"generatoin": 2}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        #"the body has a member \"generatoin\" that means nothing here; did you mean \"generation\"?"#,
        "/api/v1/locations/off/rollback",
        #","parameter":"generatoin","suggestion":"generation""#
      )
    ),
    Case(
      "a reload of all with a member",
      post("/api/v1/reload", #"{"name": "off"}"#),
      400,
      problem(
        "invalid-request",
        "Invalid request",
        400,
        #"the body has a member \"name\"; send {} or nothing"#,
        "/api/v1/reload"
      )
    ),
    Case(
      "a misspelt location",
      .get("/api/v1/locations/of"),
      404,
      problem(
        "unknown-location",
        "No such location",
        404,
        #"the workspace has no location \"of\"; did you mean \"off\"?"#,
        "/api/v1/locations/of",
        #","suggestion":"off""#
      )
    ),
    Case(
      "an asset that is not there",
      .get("/api/v1/assets/a/b"),
      404,
      problem(
        "unknown-asset",
        "No such asset",
        404,
        #"there is no asset \"a/b\"; list the assets with `hanse assets`"#,
        "/api/v1/assets/a/b"
      )
    ),
    Case(
      "a selection that does not parse",
      .get("/api/v1/graph", query: ["selection": "a and"]),
      400,
      problem(
        "selection",
        "Invalid selection",
        400,
        #"selection: expected an asset, found the end\n  a and\n       ^"#,
        "/api/v1/graph",
        #","parameter":"selection","column":6,"selection":"a and""#
      )
    ),
  ]

  static let bodies = [
    Case(
      "a body of no type",
      post("/api/v1/runs", "{}", headers: [:]),
      415,
      problem(
        "unsupported-media-type",
        "Unsupported media type",
        415,
        "the Content-Type is missing; send application/json",
        "/api/v1/runs"
      )
    ),
    Case(
      "a body of another type",
      post("/api/v1/runs", "{}", headers: ["content-type": "text/plain"]),
      415,
      problem(
        "unsupported-media-type",
        "Unsupported media type",
        415,
        #"the Content-Type is \"text/plain\"; send application/json"#,
        "/api/v1/runs"
      )
    ),
    Case(
      "malformed JSON",
      post("/api/v1/runs", #"{"selection":"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "the body is not what was expected: the text ends in the middle of a value (byte 13)",
        "/api/v1/runs"
      )
    ),
    Case(
      "a body that is no object",
      post("/api/v1/runs", "[]"),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "the body is not what was expected: expected an object, found an array (byte 0)",
        "/api/v1/runs"
      )
    ),
    Case(
      "a misspelt member",
      post("/api/v1/runs", #"{"selecton":"*"}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        #"the body has a member \"selecton\" that means nothing here; did you mean \"selection\"?"#,
        "/api/v1/runs",
        #","parameter":"selecton","suggestion":"selection""#
      )
    ),
    Case(
      "a run of nothing said",
      post("/api/v1/runs", "{}"),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        #"the body is not what was expected: the member \"selection\" is missing (byte 2)"#,
        "/api/v1/runs"
      )
    ),
    Case(
      "a member of the wrong type",
      post("/api/v1/runs", #"{"selection":5}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "the body is not what was expected: expected a string, found a number in selection (byte 13)",
        "/api/v1/runs"
      )
    ),
    Case(
      "a control character in what is shown of a run",
      post("/api/v1/runs", #"{"selection":"*","trigger":"\u001b[2Jcron"}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "trigger has the control character U+001B; send text without any",
        "/api/v1/runs",
        #","parameter":"trigger""#
      )
    ),
    Case(
      "a control character in a tag",
      post("/api/v1/runs", #"{"selection":"*","tags":{"a":"b\u009bm"}}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "tags has the control character U+009B; send text without any",
        "/api/v1/runs",
        #","parameter":"tags""#
      )
    ),
    Case(
      "a partition with a control character",
      post("/api/v1/runs", #"{"selection":"*","partition":"\u001b[2J"}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "partition cannot be used: it has the control character U+001B; send a name such as 2010-07-04",
        "/api/v1/runs",
        #","parameter":"partition""#
      )
    ),
    Case(
      "a partition that turns the direction of text",
      post("/api/v1/runs", #"{"selection":"*","partition":"\u202ea"}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "partition cannot be used: it has the control character U+202E; send a name such as 2010-07-04",
        "/api/v1/runs",
        #","parameter":"partition""#
      )
    ),
    Case(
      "an empty partition",
      post("/api/v1/runs", #"{"selection":"*","partition":""}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "partition cannot be used: it is empty; send a name such as 2010-07-04",
        "/api/v1/runs",
        #","parameter":"partition""#
      )
    ),
    Case(
      "a partition that is too long",
      post(
        "/api/v1/runs",
        "{\"selection\":\"*\",\"partition\":\"\(String(repeating: "x", count: 201))\"}"
      ),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "partition cannot be used: it has 201 bytes, more than 200; send a name such as 2010-07-04",
        "/api/v1/runs",
        #","parameter":"partition""#
      )
    ),
    Case(
      "a selection that names nothing",
      post("/api/v1/runs", #"{"selection":"nothing"}"#),
      400,
      problem(
        "selection",
        "Invalid selection",
        400,
        #"selection: no asset matches \"nothing\"\n  nothing\n  ^"#,
        "/api/v1/runs",
        #","parameter":"selection","column":1,"selection":"nothing""#
      )
    ),
  ]
}
