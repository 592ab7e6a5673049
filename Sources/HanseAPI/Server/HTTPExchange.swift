import CMicrohttpd
import HanseModel

/// One request on its way in, and its answer.
///
/// Belongs to the thread of its connection.
final class HTTPExchange {
  private let target: String
  private var headers: [(name: String, value: String)] = []
  private var body: [UInt8] = []
  private var hasBegun = false
  private var isTooLarge = false

  init(target: String) { self.target = target }

  func addHeader(_ name: String, _ value: String) { headers.append((name.lowercased(), value)) }

  /// Looks at the request's head, once.
  ///
  /// - Returns: Why it is refused without reading its body; nil to go on.
  func begin(_ guardian: RequestGuard) -> Problem? {
    guard !hasBegun else { return nil }
    hasBegun = true
    return guardian.problem(target: target, headers: headers)
  }

  var isBeginning: Bool { !hasBegun }

  func receive(_ bytes: UnsafeRawBufferPointer) {
    if body.count + bytes.count > RequestGuard.bodyLimitBytes {
      isTooLarge = true
      body = []
    }
    if !isTooLarge { unsafe body.append(contentsOf: bytes) }
  }

  /// Answers the request, which has come as a whole.
  func answer(
    _ method: String,
    from origin: APIRequest.Origin,
    with router: Router
  ) -> APIResponse {
    if isTooLarge { return refuse(.bodyTooLarge(limitBytes: RequestGuard.bodyLimitBytes)) }
    let place: RequestTarget
    do throws(Problem) {
      place = try RequestTarget(parsing: target)
    } catch {
      return refuse(error)
    }
    var request = APIRequest(
      method: method,
      path: place.path,
      query: place.query,
      // As RFC 9110 says, several lines of one name are one list.
      headers: Dictionary(headers.map { ($0.name, $0.value) }) { "\($0), \($1)" },
      body: body
    )
    request.origin = origin
    return router.handle(request)
  }

  func refuse(_ problem: Problem) -> APIResponse {
    let path = target.split(separator: "?", omittingEmptySubsequences: false).first ?? ""
    return .problem(problem.at(String(path.prefix(256))))
  }
}
