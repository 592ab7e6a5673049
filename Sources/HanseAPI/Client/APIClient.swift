package import HanseModel

/// Calls the API, whichever way: over HTTP, or in this process.
///
/// Blocks, so it is for threads that may.
package protocol APIClient: Sendable {
  /// Makes a call and waits for the whole answer, whatever its status.
  func send(_ request: APIRequest) throws(APIFailure) -> APIResponse

  /// Makes a call that is answered with events, and hands them over as they come.
  ///
  /// - Parameters:
  ///   - request: The call; see ``APIRequest/stream(_:query:)``.
  ///   - pace: When `each` is asked while no event comes.
  ///   - each: Called with each event, and with nil when the pace or a sign of life of the host asks;
  ///     false to have enough.
  /// - Throws: A problem when the call is refused; a transport failure when the stream breaks.
  func stream(
    _ request: APIRequest,
    _ pace: StreamPace,
    _ each: (Event?) -> Bool
  ) throws(APIFailure)
}

/// Why a call brought nothing.
package enum APIFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The host refused it.
  case problem(Problem)
  /// The host cannot be reached, or what it said cannot be understood.
  case transport(String)

  package var description: String {
    switch self {
    case .problem(let problem): problem.detail
    case .transport(let message): message
    }
  }
}

extension APIClient {
  /// Takes events until the host ends, or one of them is enough.
  package func stream(_ request: APIRequest, _ each: (Event?) -> Bool) throws(APIFailure) {
    try stream(request, StreamPace(), each)
  }

  /// Makes a call whose answer is one document.
  package func get<Value: JSONCodable>(
    _ path: String,
    query: [String: String] = [:],
    as type: Value.Type = Value.self
  ) throws(APIFailure) -> Value {
    try send(.get(path, query: query)).document()
  }

  /// Reads all pages of a listing.
  package func all<Item: JSONCodable>(
    _ path: String,
    query: [String: String] = [:],
    of type: Item.Type = Item.self
  ) throws(APIFailure) -> [Item] {
    var items: [Item] = []
    var query = query
    while true {
      let page: Page<Item> = try get(path, query: query)
      items += page.items
      guard let next = page.next else { return items }
      query["cursor"] = next
    }
  }

  package func post<Value: JSONCodable>(
    _ path: String,
    _ body: some JSONCodable,
    as type: Value.Type = Value.self
  ) throws(APIFailure) -> Value {
    try send(.post(path, body)).document()
  }
}

extension APIResponse {
  /// The document of a good answer.
  ///
  /// - Throws: The problem of any other.
  package func document<Value: JSONCodable>(
    as type: Value.Type = Value.self
  ) throws(APIFailure) -> Value {
    if let problem { throw .problem(problem) }
    do throws(JSONError) {
      return try Value.decode(bytes)
    } catch {
      throw .transport(
        "the host's answer cannot be understood: \(error); see that it is of this program's version"
      )
    }
  }

  /// What went wrong; nil for a good answer.
  package var problem: Problem? {
    guard status >= 400 else { return nil }
    do throws(JSONError) {
      return try Problem.decode(bytes)
    } catch {
      return Problem(
        .internal,
        status: status,
        title: "Unexpected answer",
        detail: "the host answered with status \(status) and no reason"
      )
    }
  }
}
