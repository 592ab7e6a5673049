import HanseHost
import HanseModel
import HanseStore

extension Router {
  /// The most that the events of one page may take, unless a single one takes more.
  package static let eventPageBytes = 4 << 20

  /// A page of events, or a stream of them for those who ask for one.
  func events(_ query: Query, _ request: APIRequest) throws(Problem) -> APIResponse {
    try RequestHeaders.requireAcceptable(request, [MediaType.json, MediaType.events])
    let filter = try eventFilter(query)
    if RequestHeaders.names(MediaType.events, in: request) {
      return try stream(query, filter, request)
    }
    let limit = Int(try query.integer("limit", in: 1...10_000, default: 1000))
    var after = try query.integer("after", in: 0...(.max), default: 0)
    var before = try query.integer("before", in: 1...(.max), default: .max)
    if query["before"] != nil, query["after"] != nil {
      throw .misplacedParameter("before", "give \"after\" or \"before\", not both")
    }
    let isForward = query["before"] == nil
    after = try query.integer("cursor", in: 0...(.max), default: after)
    before = try query.integer("cursor", in: 0...(.max), default: before)
    let bytes = Self.eventPageBytes
    let found = try backend.read { reader throws(EventLogError) in
      isForward
        ? try reader.page(after: after, limit: limit, limitBytes: bytes, filter: filter)
        : try reader.page(before: before, limit: limit, limitBytes: bytes, filter: filter)
    }
    let page = found ?? EventPage()
    let next = page.hasMore ? page.events.last.map { "\($0.sequence)" } : nil
    return .json(Page(items: page.events, next: next))
  }

  private func eventFilter(_ query: Query) throws(Problem) -> EventFilter {
    EventFilter(
      run: try query["run"].map { id throws(Problem) in try find(id).id },
      location: query["location"].map { LocationName($0) },
      asset: query["asset"].map { AssetKey($0) },
      kinds: try query.words("kind", known: EventPayload.knownKinds, what: "kinds of events")
    )
  }

  private func stream(
    _ query: Query,
    _ filter: EventFilter,
    _ request: APIRequest
  ) throws(Problem) -> APIResponse {
    for name in ["limit", "before", "cursor"] where query[name] != nil {
      throw .misplacedParameter(name, "it is for pages, and this is a stream")
    }
    var after = try query.integer("after", in: 0...(.max), default: 0)
    // A browser that reconnects repeats the address and adds where it was.
    if let text = request.headers["last-event-id"] {
      guard let last = Int64(text), last >= 0 else {
        throw .invalidRequest("the Last-Event-ID header is \"\(text)\"; expected a sequence number")
      }
      after = max(after, last)
    }
    return APIResponse(
      status: 200,
      headers: ["content-type": MediaType.events],
      body: .events(EventSubscription(backend: backend, after: after, filter: filter))
    )
  }
}
