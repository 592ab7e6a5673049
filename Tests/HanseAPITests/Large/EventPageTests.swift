import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// Long events cost an answer its number of events, and not the host its memory.
@Suite(.timeLimit(.minutes(10))) final class EventPageTests {
  private static let count = 24
  private let state: StateDirectory

  /// A log of events of 1 MiB, each with a small one of another location behind it.
  init() throws {
    state = StateDirectory(path: try Files.makeTemporaryDirectory(prefix: "api-tests-"))
    let log = try EventLog.open(path: state.eventLog)
    let text = String(repeating: "x", count: 1 << 20)
    for _ in 0..<Self.count {
      _ = try log.append([Self.logged("flood", text), Self.logged("calm", "small")])
    }
    log.close()
  }

  deinit {
    do {
      try Files.removeTree(state.path)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  private static func logged(_ location: LocationName, _ text: String) -> EventRecord {
    EventRecord(
      time: Timestamp(milliseconds: 0),
      location: location,
      generation: Generation(1),
      payload: .logged(LogRecord(level: .info, message: text))
    )
  }

  @Test(arguments: ["after", "before"])
  func `a page of long events is cut by bytes, and its cursor goes on`(end: String) throws {
    let client = DirectClient(Router(.stored(state)))
    var query = [end: end == "after" ? "0" : "1000", "limit": "1000"]
    var (pages, seen): ([Int], [Int64]) = ([], [])
    while true {
      let response = try client.send(.get(APIPath.events, query: query))
      // Four long ones at most, with their small ones.
      #expect(response.bytes.count < Router.eventPageBytes + (64 << 10))
      var json = JSONReader(response.bytes)
      let page = try Page<Event>(from: &json)
      pages.append(page.items.count)
      seen += page.items.map(\.sequence)
      guard let next = page.next else { break }
      query["cursor"] = next
    }
    let all = (1...Int64(2 * Self.count))
    #expect(seen == (end == "after" ? Array(all) : all.reversed()))
    #expect(pages.count == 8, "\(pages)")
    // Who asks for the neighbour's events gets them at once.
    let calm: Page<Event> = try client.get(
      APIPath.events,
      query: ["location": "calm", "limit": "1000"]
    )
    #expect(calm.items.count == Self.count && calm.next == nil)
  }

  @Test func `a stream holds no more than a part of a flood at once`() throws {
    let response = Router(.stored(state)).handle(.stream(APIPath.events, query: ["after": "0"]))
    guard case .events(let subscription) = response.body else {
      Issue.record("no stream: \(response)")
      return
    }
    let cursor = try subscription.open()
    var seen: [Int64] = []
    while case .events(let events) = try cursor.next(for: .seconds(10)) {
      seen += events.map(\.sequence)
      let bytes = events.reduce(0) { $0 + JSONWriter.encode($1).count }
      #expect(events.count == 1 || bytes < EventCursor.batchBytes + (64 << 10), "\(bytes) bytes")
    }
    #expect(seen == Array(1...Int64(2 * Self.count)))
  }
}
