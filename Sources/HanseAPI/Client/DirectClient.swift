package import HanseModel
import HanseStore

/// Calls the API in this process.
package struct DirectClient: APIClient {
  private let router: Router

  package init(_ router: Router) { self.router = router }

  package func send(_ request: APIRequest) throws(APIFailure) -> APIResponse {
    var response = router.handle(request)
    if request.method == "HEAD" { response.body = .bytes([]) }
    return response
  }

  /// Longer than anybody waits; only an event, a ring or the host's end is waited for.
  private static let patience = Duration.seconds(24 * 3600)

  package func stream(
    _ request: APIRequest,
    _ pace: StreamPace,
    _ each: (Event?) -> Bool
  ) throws(APIFailure) {
    let response = router.handle(request)
    guard case .events(let subscription) = response.body else {
      throw response.problem.map { .problem($0) } ?? .transport("the call brings no events")
    }
    let bell = pace.bell
    bell?.tell { subscription.wake() }
    defer { bell?.tell(nil) }
    do throws(EventLogError) {
      let cursor = try subscription.open()
      while true {
        let outcome = try cursor.next(for: pace.interval ?? Self.patience) { bell?.isRung ?? false }
        let isRung = bell?.hear() ?? false
        switch outcome {
        case .events(let events):
          for event in events where !each(event) { return }
          if isRung, !each(nil) { return }
        case .idle:
          if !each(nil) { return }
        case .ended:
          // A ring ends the wait as the host's end does.
          guard isRung, each(nil) else { return }
        }
      }
    } catch {
      throw .problem(Problem(error))
    }
  }
}
