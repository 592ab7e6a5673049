import HanseGraph
import HanseHost
import HanseModel
import HanseStore
import HanseSystem

// MARK: The call itself

extension Problem {
  static func unknownRoute(_ path: String, nearest: String?) -> Problem {
    let hint =
      nearest.map { "did you mean \($0)?" }
      ?? "\(APIPath.openAPI) describes every route, and \(APIPath.health) tells how the host is"
    var problem = Problem(
      .unknownRoute,
      status: 404,
      title: "No such route",
      detail: "there is nothing at \(path); \(hint)"
    )
    problem.suggestion = nearest
    return problem
  }

  static func methodNotAllowed(_ method: String, _ path: String, allowed: [String]) -> Problem {
    var problem = Problem(
      .methodNotAllowed,
      status: 405,
      title: "Method not allowed",
      detail: "\(path) does not take \(method); it takes \(allowed.joined(separator: ", "))"
    )
    problem.allowed = allowed
    return problem
  }

  static func notAcceptable(_ accept: String, offered: [String]) -> Problem {
    var problem = Problem(
      .notAcceptable,
      status: 406,
      title: "Not acceptable",
      detail: "the request accepts \(accept) only; this is served as "
        + offered.joined(separator: " or ")
    )
    problem.candidates = offered
    return problem
  }

  static func unsupportedMediaType(_ found: String?) -> Problem {
    let what = found.map { "\"\($0)\"" } ?? "missing"
    return Problem(
      .unsupportedMediaType,
      status: 415,
      title: "Unsupported media type",
      detail: "the Content-Type is \(what); send application/json"
    )
  }

  static func invalidRequest(_ detail: String) -> Problem {
    Problem(.invalidRequest, status: 400, title: "Invalid request", detail: detail)
  }

  static func bodyTooLarge(limitBytes: Int) -> Problem {
    Problem(
      .bodyTooLarge,
      status: 413,
      title: "Body too large",
      detail: "the body has more than \(limitBytes) bytes, the limit"
    )
  }

  static func targetTooLong(limitBytes: Int) -> Problem {
    Problem(
      .targetTooLong,
      status: 414,
      title: "Address too long",
      detail: "the path and the query have more than \(limitBytes) bytes, the limit"
    )
  }

  static func headersTooLarge(limitBytes: Int) -> Problem {
    Problem(
      .headersTooLarge,
      status: 431,
      title: "Headers too large",
      detail: "the headers have more than \(limitBytes) bytes, the limit"
    )
  }

  static func tooManyConnections(limit: Int) -> Problem {
    Problem(
      .tooManyConnections,
      status: 503,
      title: "Too many connections",
      detail: "\(limit) connections are open, as many as there may be, and another one was needed; "
        + "connect again, and close what is not used"
    )
  }

  static func tooManyStreams(limit: Int) -> Problem {
    Problem(
      .tooManyStreams,
      status: 503,
      title: "Too many streams",
      detail: "\(limit) streams are open, as many as there may be; close one, or ask for pages"
    )
  }

  static func tooSlow(_ part: String, limit: Duration) -> Problem {
    Problem(
      .tooSlow,
      status: 408,
      title: "Request too slow",
      detail: "the \(part) of a request did not come within \(limit.briefDescription), the limit"
    )
  }

  /// A control character would go to the terminal of whoever looks at the run.
  static func controlCharacter(_ name: String, _ scalar: Unicode.Scalar) -> Problem {
    var problem = Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "\(name) has the control character U+\(scalar.fourDigits); send text without any"
    )
    problem.parameter = name
    return problem
  }

  static func invalidPartition(_ what: String) -> Problem {
    var problem = Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "partition cannot be used: \(what); send a name such as 2010-07-04"
    )
    problem.parameter = "partition"
    return problem
  }

  static func foreignHost(_ host: String?, port: UInt16) -> Problem {
    let what = host.map { "\"\($0)\"" } ?? "missing"
    return Problem(
      .foreignHost,
      status: 403,
      title: "Foreign host",
      detail: "the Host header is \(what); call 127.0.0.1:\(port) or localhost:\(port)"
    )
  }

  static func foreignOrigin(_ origin: String) -> Problem {
    Problem(
      .foreignOrigin,
      status: 403,
      title: "Foreign origin",
      detail: "the request comes from a page of \(origin), which may not use this host"
    )
  }

  static func unknownParameter(_ name: String, known: [String]) -> Problem {
    let nearest = Spelling.nearest(to: name, among: known)
    let hint =
      nearest.map { "did you mean \"\($0)\"?" }
      ?? (known.isEmpty ? "there are none here" : "there are \(known.joined(separator: ", "))")
    var problem = Problem(
      .unknownParameter,
      status: 400,
      title: "Unknown parameter",
      detail: "there is no parameter \"\(name)\"; \(hint)"
    )
    problem.parameter = name
    problem.suggestion = nearest
    return problem
  }

  static func invalidParameter(
    _ name: String,
    _ value: String,
    expected: String,
    suggestion: String? = nil
  ) -> Problem {
    let hint = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
    var problem = Problem(
      .invalidParameter,
      status: 400,
      title: "Invalid parameter",
      detail: "\(name) is \"\(value)\"; expected \(expected)\(hint)"
    )
    problem.parameter = name
    problem.suggestion = suggestion
    return problem
  }

  static func misplacedParameter(_ name: String, _ reason: String) -> Problem {
    var problem = Problem(
      .invalidParameter,
      status: 400,
      title: "Invalid parameter",
      detail: "\(name) cannot be used here: \(reason)"
    )
    problem.parameter = name
    return problem
  }

  static func invalidBody(_ error: JSONError) -> Problem {
    Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "the body is not what was expected: \(error)"
    )
  }

  static func unknownMember(_ name: String, known: [String]) -> Problem {
    let nearest = Spelling.nearest(to: name, among: known)
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "there are \(known.joined(separator: ", "))"
    var problem = Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "the body has a member \"\(name)\" that means nothing here; \(hint)"
    )
    problem.parameter = name
    problem.suggestion = nearest
    return problem
  }
}

// MARK: What the call is about

extension Problem {
  static func unknownRun(_ id: String) -> Problem {
    Problem(
      .unknownRun,
      status: 404,
      title: "No such run",
      detail: "no run's id begins with \"\(id)\"; list the runs with `hanse runs`"
    )
  }

  static func ambiguousRun(_ id: String, _ runs: [RunID]) -> Problem {
    var problem = Problem(
      .ambiguousRun,
      status: 404,
      title: "Ambiguous run",
      detail: "the ids of several runs begin with \"\(id)\": "
        + runs.map(\.text).joined(separator: ", ") + "; type more of the one you mean"
    )
    problem.candidates = runs.map(\.text)
    return problem
  }

  static func runFinished(_ id: RunID, _ status: RunStatus) -> Problem {
    Problem(
      .runFinished,
      status: 409,
      title: "Run finished",
      detail: "run \(id) has \(status.rawValue == "canceled" ? "been canceled" : status.rawValue)"
        + " already; there is nothing to cancel"
    )
  }

  static func unknownLocation(_ name: String, nearest: String?) -> Problem {
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "list the locations with `hanse locations`"
    var problem = Problem(
      .unknownLocation,
      status: 404,
      title: "No such location",
      detail: "the workspace has no location \"\(name)\"; \(hint)"
    )
    problem.suggestion = nearest
    return problem
  }

  static func locationUnavailable(_ name: LocationName, _ reason: String) -> Problem {
    Problem(
      .locationUnavailable,
      status: 409,
      title: "Location unavailable",
      detail: "location \"\(name)\" \(reason)"
    )
  }

  static func unknownAsset(_ key: String, nearest: String?) -> Problem {
    let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "list the assets with `hanse assets`"
    var problem = Problem(
      .unknownAsset,
      status: 404,
      title: "No such asset",
      detail: "there is no asset \"\(key)\"; \(hint)"
    )
    problem.suggestion = nearest
    return problem
  }

  init(_ error: SelectionError) {
    self.init(.selection, status: 400, title: "Invalid selection", detail: "\(error)")
    parameter = "selection"
    column = error.column
    selection = error.text
  }

  static let noHost = Problem(
    .noHost,
    status: 503,
    title: "No host",
    detail: "this needs a host, and none runs on the state directory; start one with `hanse dev`"
  )

  static let hostIsStopping = Problem(
    .stopping,
    status: 503,
    title: "Host is stopping",
    detail: "the host is stopping and begins nothing new; what it had begun goes on when it is "
      + "started again"
  )

  init(_ error: EventLogError) {
    self.init(.eventLog, status: 500, title: "Event log failed", detail: "\(error)")
  }

  init(computeLog error: SystemError) {
    self.init(
      .computeLog,
      status: 500,
      title: "Compute log failed",
      detail: "a compute log cannot be read: \(error); check the permissions of the state directory"
    )
  }

  init(_ error: HostError) {
    switch error.code {
    case .selection:
      self.init(.selection, status: 400, title: "Invalid selection", detail: error.description)
      parameter = "selection"
    case .plan:
      self.init(.plan, status: 409, title: "Nothing can be run", detail: error.description)
    case .configuration:
      self.init(.invalidBody, status: 400, title: "Invalid body", detail: error.description)
      parameter = "config"
    case .priority:
      self.init(.invalidBody, status: 400, title: "Invalid body", detail: error.description)
      parameter = "priority"
    case .stopping:
      self.init(.stopping, status: 503, title: "Host is stopping", detail: error.description)
    case .unknownRun:
      self.init(.unknownRun, status: 404, title: "No such run", detail: error.description)
    case .unknownLocation:
      self.init(.unknownLocation, status: 404, title: "No such location", detail: error.description)
    case .unknownGeneration:
      self.init(
        .unknownGeneration,
        status: 404,
        title: "No such generation",
        detail: error.description
      )
    case .nothingToCompare:
      self.init(
        .nothingToCompare,
        status: 409,
        title: "Nothing to compare",
        detail: error.description
      )
    case .eventLog:
      self.init(.eventLog, status: 500, title: "Event log failed", detail: error.description)
    case .unknownQueue:
      self.init(.unknownQueue, status: 404, title: "No such queue", detail: error.description)
    case .unknownPool:
      self.init(.unknownPool, status: 404, title: "No such pool", detail: error.description)
    case .queueFull:
      self.init(.queueFull, status: 429, title: "Queue full", detail: error.description)
    case .lowDisk:
      self.init(.lowDisk, status: 507, title: "Too little room", detail: error.description)
    case .invalidLimit:
      self.init(.invalidLimit, status: 400, title: "Invalid limit", detail: error.description)
    case .workspace:
      self.init(.workspace, status: 409, title: "Invalid workspace", detail: error.description)
    case .inUse, .stateDirectory, .system:
      self.init(.internal, status: 500, title: "Host failed", detail: error.description)
    }
  }
}
