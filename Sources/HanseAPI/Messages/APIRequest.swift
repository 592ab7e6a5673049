package import HanseModel

/// One call of the API, whichever way it comes.
package struct APIRequest: Hashable, Sendable {
  package var method: String
  /// Decoded, beginning with a slash.
  package var path: String
  package var query: [String: String]
  /// By names in lower case.
  package var headers: [String: String]
  package var body: [UInt8]
  package var origin = Origin.ownProcess

  /// Where a call comes from.
  package enum Origin: Hashable, Sendable {
    case ownProcess
    /// A connection to a port of this machine, from another one.
    case loopback(port: UInt16, server: UInt16)
  }

  package init(
    method: String,
    path: String,
    query: [String: String] = [:],
    headers: [String: String] = [:],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  package static func get(_ path: String, query: [String: String] = [:]) -> APIRequest {
    APIRequest(method: "GET", path: path, query: query, headers: ["accept": MediaType.json])
  }

  package static func post(_ path: String, _ body: some JSONCodable) -> APIRequest {
    APIRequest(
      method: "POST",
      path: path,
      headers: ["accept": MediaType.json, "content-type": MediaType.json],
      body: JSONWriter.encode(body)
    )
  }

  /// A call that is answered with events as they come; see ``APIClient/stream(_:_:)``.
  package static func stream(_ path: String, query: [String: String] = [:]) -> APIRequest {
    APIRequest(method: "GET", path: path, query: query, headers: ["accept": MediaType.events])
  }
}

/// The forms in which the API speaks.
package enum MediaType {
  package static let json = "application/json"
  package static let problem = "application/problem+json"
  package static let events = "text/event-stream"
}
