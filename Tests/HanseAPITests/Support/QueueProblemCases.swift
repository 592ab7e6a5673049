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
      "an explanation of more than can be counted",
      .get("/api/v1/explain", query: ["asset": "b", "cursor": "9223372036854775807"]),
      400,
      problem(
        "invalid-parameter",
        "Invalid parameter",
        400,
        #"cursor is \"9223372036854775807\"; expected a whole number from 0 to 10000000"#,
        "/api/v1/explain",
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
    Case(
      "a pause of a misspelt queue",
      post("/api/v1/queues/defualt/pause", "{}"),
      404,
      problem(
        "unknown-queue",
        "No such queue",
        404,
        #"there is no queue \"defualt\"; did you mean \"default\"? (queues: default)"#,
        "/api/v1/queues/defualt/pause"
      )
    ),
    Case(
      "a change of nothing",
      post("/api/v1/workspace/limits/set", "{}"),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        "the body says nothing that is to be different; there are concurrentSteps, "
          + "concurrentRuns, waitingSteps, units, weight, rate",
        "/api/v1/workspace/limits/set"
      )
    ),
    Case(
      "a value that a limit cannot have",
      post("/api/v1/locations/off/limits/set", #"{"concurrentSteps":0}"#),
      400,
      problem(
        "invalid-limit",
        "Invalid limit",
        400,
        #"concurrentSteps of location \"off\" is 0; it goes from 1 to 10000"#,
        "/api/v1/locations/off/limits/set"
      )
    ),
    Case(
      "a misspelt member of a change",
      post("/api/v1/pools/x/set", #"{"unit":3}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        #"the body has a member \"unit\" that means nothing here; did you mean \"units\"?"#,
        "/api/v1/pools/x/set",
        #","parameter":"unit","suggestion":"units""#
      )
    ),
    Case(
      "a look at an order",
      .get("/api/v1/queues/default/drain"),
      405,
      problem(
        "method-not-allowed",
        "Method not allowed",
        405,
        "/api/v1/queues/default/drain does not take GET; it takes POST, OPTIONS",
        "/api/v1/queues/default/drain",
        #","allowed":["POST","OPTIONS"]"#
      )
    ),
    Case(
      "a move of nothing",
      post("/api/v1/requeue", #"{"queue":"default"}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        #"the member \"run\" or \"selection\" is missing"#,
        "/api/v1/requeue",
        #","parameter":"run""#
      )
    ),
    Case(
      "a move to nowhere",
      post("/api/v1/requeue", #"{"run":"x"}"#),
      400,
      problem(
        "invalid-body",
        "Invalid body",
        400,
        #"the member \"queue\" or \"priority\" is missing"#,
        "/api/v1/requeue",
        #","parameter":"queue""#
      )
    ),
    Case(
      "steps of a run that is not there",
      post("/api/v1/steps/cancel", #"{"selection":"*","run":"zzz"}"#),
      404,
      problem(
        "unknown-run",
        "No such run",
        404,
        #"no run's id begins with \"zzz\"; list the runs with `hanse runs`"#,
        "/api/v1/steps/cancel"
      )
    ),
  ]
}
