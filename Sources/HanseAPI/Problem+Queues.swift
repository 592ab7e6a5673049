import HanseModel

// The words about queues, and what waits in them.

extension Problem {
  static func unknownQueue(_ name: String, among known: [String]) -> Problem {
    let nearest = Spelling.nearest(to: name, among: known)
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "there are \(known.joined(separator: ", "))"
    var problem = Problem(
      .unknownQueue,
      status: 404,
      title: "No such queue",
      detail: "the workspace has no queue \"\(name)\"; \(hint)"
    )
    problem.suggestion = nearest
    return problem
  }

  static func unknownStep(_ step: StepKey, of run: RunID, among known: [String]) -> Problem {
    let nearest = Spelling.nearest(to: step.text, among: known)
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "list its steps with `hanse run \(run)`"
    var problem = Problem(
      .unknownStep,
      status: 404,
      title: "No such step",
      detail: "run \(run) has no step \"\(step)\"; \(hint)"
    )
    problem.suggestion = nearest
    return problem
  }

  /// Nothing is to be explained of a run that is over.
  static func nothingWaits(_ id: RunID, _ status: RunStatus) -> Problem {
    Problem(
      .runFinished,
      status: 409,
      title: "Run finished",
      detail: "run \(id) has \(status == .canceled ? "been canceled" : status.rawValue) already; "
        + "nothing of it waits"
    )
  }

  static func nothingToSet(_ known: [String]) -> Problem {
    Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "the body says nothing that is to be different; there are "
        + known.joined(separator: ", ")
    )
  }

  static func missingMember(_ name: String, _ alternative: String) -> Problem {
    var problem = Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "the member \"\(name)\" \(alternative) is missing"
    )
    problem.parameter = name
    return problem
  }

  static func misplacedMember(_ name: String, _ reason: String) -> Problem {
    var problem = Problem(
      .invalidBody,
      status: 400,
      title: "Invalid body",
      detail: "\(name) cannot be used here: \(reason)"
    )
    problem.parameter = name
    return problem
  }

  static func missingParameter(_ name: String, _ alternative: String) -> Problem {
    var problem = Problem(
      .invalidParameter,
      status: 400,
      title: "Invalid parameter",
      detail: "the parameter \"\(name)\" \(alternative) is missing"
    )
    problem.parameter = name
    return problem
  }

  static let hostStopped = Problem(
    .stopping,
    status: 503,
    title: "Host is stopping",
    detail: "the host has stopped"
  )
}
