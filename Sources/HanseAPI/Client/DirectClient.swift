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

  package func stream(_ request: APIRequest, _ each: (Event?) -> Bool) throws(APIFailure) {
    let response = router.handle(request)
    guard case .events(let subscription) = response.body else {
      throw response.problem.map { .problem($0) } ?? .transport("the call brings no events")
    }
    do throws(EventLogError) {
      let cursor = try subscription.open()
      while true {
        switch try cursor.next(for: .milliseconds(200)) {
        case .events(let events):
          for event in events where !each(event) { return }
        case .idle:
          if !each(nil) { return }
        case .ended: return
        }
      }
    } catch {
      throw .problem(Problem(error))
    }
  }
}
