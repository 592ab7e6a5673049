package import HanseModel

/// What a call of the API is answered with.
package struct APIResponse: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Events from a place in the log on, until the host ends or the caller has enough.
    case events(EventSubscription)
  }

  package var status: Int
  /// By names in lower case.
  package var headers: [String: String]
  package var body: Body

  package init(status: Int, headers: [String: String] = [:], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The bytes of the body; none for a stream of events.
  package var bytes: [UInt8] {
    if case .bytes(let bytes) = body { bytes } else { [] }
  }

  package static func json(
    _ value: some JSONCodable,
    status: Int = 200,
    headers: [String: String] = [:]
  ) -> APIResponse {
    .json(bytes: JSONWriter.encode(value), status: status, headers: headers)
  }

  /// An answer whose document is written already.
  static func json(
    bytes: [UInt8],
    status: Int = 200,
    headers: [String: String] = [:]
  ) -> APIResponse {
    var response = APIResponse(status: status, headers: headers, body: .bytes(bytes))
    response.headers["content-type"] = MediaType.json
    return response
  }

  package static func problem(_ problem: Problem) -> APIResponse {
    var response = APIResponse.json(problem, status: problem.status)
    response.headers["content-type"] = MediaType.problem
    if !problem.allowed.isEmpty {
      response.headers["allow"] = problem.allowed.joined(separator: ", ")
    }
    return response
  }
}
