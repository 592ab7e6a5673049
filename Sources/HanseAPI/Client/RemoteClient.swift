package import HanseModel
import HanseSystem

/// Calls the API of a host in another process.
package struct RemoteClient: APIClient {
  /// More than the largest graph.
  private static let bodyLimitBytes = 1 << 30

  private let endpoint: Endpoint
  private let timeout: Duration

  /// - Parameters:
  ///   - endpoint: Where the host is.
  ///   - timeout: How long it may be silent in the middle of a call.
  package init(_ endpoint: Endpoint, timeout: Duration = .seconds(60)) {
    self.endpoint = endpoint
    self.timeout = timeout
  }

  package func send(_ request: APIRequest) throws(APIFailure) -> APIResponse {
    try receive(HTTPConnection(request, port: endpoint.port))
  }

  private func receive(
    _ connection: HTTPConnection,
    head: APIResponse = APIResponse(status: 0)
  ) throws(APIFailure) -> APIResponse {
    var response = head
    var body = head.bytes
    while true {
      let parts = try connection.next(for: timeout)
      guard !parts.isEmpty else { throw silence }
      for part in parts {
        switch part {
        case .head(let status, let headers): (response.status, response.headers) = (status, headers)
        case .body(let bytes): body += bytes
        case .end:
          response.body = .bytes(body)
          return response
        }
      }
      guard body.count <= Self.bodyLimitBytes else {
        throw .transport("the host's answer has more than 1 GiB, the limit")
      }
    }
  }

  private var silence: APIFailure {
    .transport(
      "the host at \(endpoint.url) (process \(endpoint.processID)) has said nothing for "
        + "\(timeout.briefDescription); see whether it is stopped or overloaded"
    )
  }

  package func stream(
    _ request: APIRequest,
    _ pace: StreamPace,
    _ each: (Event?) -> Bool
  ) throws(APIFailure) {
    let connection = try HTTPConnection(request, port: endpoint.port, bell: pace.bell)
    var parser = EventStreamParser()
    var lastHeard = MonotonicClock.milliseconds()
    var refusal: APIResponse?
    while true {
      let silent = Duration.milliseconds(Int64(MonotonicClock.milliseconds() - lastHeard))
      guard silent < timeout else { throw silence }
      let left = timeout - silent
      let parts = try connection.next(for: pace.interval.map { min($0, left) } ?? left)
      let isRung = pace.bell?.hear() ?? false
      if parts.isEmpty {
        if isRung || pace.interval != nil, !each(nil) { return }
        continue
      }
      lastHeard = MonotonicClock.milliseconds()
      for part in parts {
        switch part {
        case .head(let status, let headers) where status != 200:
          refusal = APIResponse(status: status, headers: headers)
        case .head: break
        case .body(let bytes):
          if let refused = refusal {
            refusal?.body = .bytes(refused.bytes + bytes)
          } else if try !deliver(parser.append(bytes), each) {
            return
          }
        case .end:
          if let problem = refusal?.problem { throw .problem(problem) }
          return
        }
      }
      if isRung, !each(nil) { return }
    }
  }

  /// Hands items over; false when the caller has enough.
  private func deliver(
    _ items: [EventStreamParser.Item],
    _ each: (Event?) -> Bool
  ) throws(APIFailure) -> Bool {
    for item in items {
      switch item {
      case .event(let event): if !each(event) { return false }
      case .heartbeat: if !each(nil) { return false }
      case .problem(let problem): throw .problem(problem)
      }
    }
    return true
  }
}
