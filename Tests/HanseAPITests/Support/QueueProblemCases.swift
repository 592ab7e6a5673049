import HanseAPI

/// Wrong calls about queues, and the exact answer to each.
extension ProblemCases {
  static let queues = [
    Case(
      "a queue that is not there",
      .get("/api/v1/queues/nowhere"),
      404,
      problem(
        "unknown-queue",
        "No such queue",
        404,
        #"the workspace has no queue \"nowhere\"; there are default"#,
        "/api/v1/queues/nowhere"
      )
    ),
    Case(
      "what waits in a misspelt queue",
      .get("/api/v1/queues/defualt/waiting"),
      404,
      problem(
        "unknown-queue",
        "No such queue",
        404,
        #"the workspace has no queue \"defualt\"; did you mean \"default\"?"#,
        "/api/v1/queues/defualt/waiting",
        #","suggestion":"default""#
      )
    ),
    Case(
      "more than is listed of what waits",
      .get("/api/v1/queues/default/waiting", query: ["cursor": "10001"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"cursor is \"10001\"; expected a whole number from 0 to 10000"#,
        "/api/v1/queues/default/waiting",
        #","parameter":"cursor""#
      )
    ),
    Case(
      "a run for a queue that is not there",
      post("/api/v1/runs", #"{"selection":"*","queue":"defualt"}"#),
      400,
      problem(
        "unknown-queue",
        "No such queue",
        400,
        #"there is no queue \"defualt\" in FILE; did you mean \"default\"? (its queues: default)"#,
        "/api/v1/runs",
        #","parameter":"queue""#
      )
    ),
    Case(
      "a run with a priority out of range",
      post("/api/v1/runs", #"{"selection":"*","priority":1001}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "priority 1001 is out of range; it goes from -1000 to 1000",
        "/api/v1/runs",
        #","parameter":"priority""#
      )
    ),
    Case(
      "an explanation of nothing",
      .get("/api/v1/explain"),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"the parameter \"run\" or \"asset\" is missing"#,
        "/api/v1/explain",
        #","parameter":"run""#
      )
    ),
    Case(
      "an explanation of a step of no run",
      .get("/api/v1/explain", query: ["step": "a"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"step cannot be used here: it goes with \"run\""#,
        "/api/v1/explain",
        #","parameter":"step""#
      )
    ),
    Case(
      "an explanation of a run and an asset",
      .get("/api/v1/explain", query: ["run": "a", "asset": "b"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"asset cannot be used here: give \"run\" or \"asset\", not both"#,
        "/api/v1/explain",
        #","parameter":"asset""#
      )
    ),
    Case(
      "an explanation of an asset that is not there",
      .get("/api/v1/explain", query: ["asset": "b"]),
      404,
      problem(
        "unknown-asset",
        "No such asset",
        404,
        #"there is no asset \"b\"; list the assets with `hanse assets`"#,
        "/api/v1/explain"
      )
    ),
    Case(
      "an explanation of a run that is not there",
      .get("/api/v1/explain", query: ["run": "zzz", "step": "a"]),
      404,
      problem(
        "unknown-run",
        "No such run",
        404,
        #"no run's id begins with \"zzz\"; list the runs with `hanse runs`"#,
        "/api/v1/explain"
      )
    ),
  ]
}
