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
    invalid(
      .invalidBody,
      nil,
      "the body says nothing that is to be different; there are " + known.joined(separator: ", ")
    )
  }

  static func missingMember(_ name: String, _ alternative: String) -> Problem {
    invalid(.invalidBody, name, "the member \"\(name)\" \(alternative) is missing")
  }

  static func misplacedMember(_ name: String, _ reason: String) -> Problem {
    invalid(.invalidBody, name, "\(name) cannot be used here: \(reason)")
  }

  static func missingParameter(_ name: String, _ alternative: String) -> Problem {
    invalid(.invalidParameter, name, "the parameter \"\(name)\" \(alternative) is missing")
  }

  private static func invalid(_ code: Code, _ parameter: String?, _ detail: String) -> Problem {
    let title = code == .invalidBody ? "Invalid body" : "Invalid parameter"
    var problem = Problem(code, status: 400, title: title, detail: detail)
    problem.parameter = parameter
    return problem
  }
}
