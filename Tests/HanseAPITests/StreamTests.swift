import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Events as they come: none lost, none twice, from any place on.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StreamTests {
  @Test(arguments: Way.allCases)
  func `a stream that is resumed loses nothing while events come`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    let runs = 12
    let launches = try OSThread.start(name: "launches") {
      for _ in 0..<runs {
        do {
          let run: RunDocument = try client.post(
            APIPath.runs,
            RunRequest(selection: "fixture/numbers")
          )
          #expect(run.selection == "fixture/numbers")
        } catch {
          Issue.record("\(error)")
        }
      }
    }
    var events: [Event] = []
    var finished = 0
    var streams = 0
    while finished < runs, streams < 500 {
      streams += 1
      var left = 5
      let after = "\(events.last?.sequence ?? 0)"
      try client.stream(.stream(APIPath.events, query: ["after": after])) { event in
        guard let event else { return true }
        events.append(event)
        if case .runFinished = event.record.payload { finished += 1 }
        left -= 1
        return left > 0 && finished < runs
      }
    }
    launches.join()
    #expect(finished == runs)
    #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
    #expect(streams > 5)
  }

  @Test func `Last-Event-ID resumes as a browser does`() throws {
    let test = try TestHost()
    var request = APIRequest.stream(APIPath.events, query: ["after": "0"])
    request.headers["last-event-id"] = "\(test.host.feed.durable)"
    var seen: [Event] = []
    test.host.stop()
    try test.client(.socket).stream(request) { event in
      if let event { seen.append(event) }
      return true
    }
    #expect(seen.allSatisfy { $0.sequence > 1 })
    #expect(seen.contains { $0.record.payload == .hostStopped })
  }

  @Test(arguments: Way.allCases)
  func `a ring from another thread has the caller asked while nothing happens`(way: Way) throws {
    let test = try TestHost(heartbeat: .seconds(3600))
    let client = test.client(way)
    let bell = try StreamBell()
    let wanted = Monitor(0)
    let ringer = try OSThread.start(name: "ringer") {
      for ring in 1...3 {
        wanted.wait { $0 >= ring }
        bell.ring()
      }
    }
    var asked = 0
    var request = APIRequest.stream(APIPath.events, query: ["after": "0"])
    try client.stream(request, StreamPace(bell: bell)) { event in
      // Every event there is has come: only rings are left.
      if event?.sequence == test.host.feed.durable { wanted.update { $0 = 1 } }
      guard event == nil, wanted.withLock({ $0 }) > 0 else { return true }
      asked += 1
      wanted.update { $0 = asked + 1 }
      return asked < 3
    }
    ringer.join()
    #expect(asked == 3)
    // A ring that came before the stream is kept for it.
    bell.ring()
    request.query["after"] = "\(test.host.feed.durable)"
    try client.stream(request, StreamPace(bell: bell)) { _ in false }
  }

  @Test func `a stream says that it lives, and names each event`() throws {
    let test = try TestHost(heartbeat: .milliseconds(1))
    let socket = try RawConnection(test.port)
    try socket.send(
      "GET /api/v1/events?after=0&kind=host.started HTTP/1.1\r\nHost: localhost:\(test.port)\r\n"
        + "Accept: text/event-stream\r\nConnection: close\r\n\r\n"
    )
    let answer = try socket.read(until: ": still here")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
    #expect(answer.contains("text/event-stream"))
    #expect(answer.contains("id: 1\nevent: host.started\ndata: {\"sequence\":1,"))
    #expect(answer.contains(": still here"))
  }

  @Test(arguments: [1, 2, 3, 7, 4096])
  func `events do not depend on how the bytes are cut`(size: Int) throws {
    let event = Event(
      sequence: 7,
      record: EventRecord(time: Timestamp(milliseconds: 0), payload: .runStarted)
    )
    let text = ": hello\n\nid: 7\nevent: run.started\ndata: \(JSONWriter.text(event))\n\n"
    let bytes = Array(text.utf8)
    var parser = EventStreamParser()
    var items: [EventStreamParser.Item] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      items += try parser.append(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(items == [.heartbeat, .event(event)])
  }

  @Test(arguments: [1, 2, 5, 4096])
  func `answers do not depend on how the bytes are cut`(size: Int) throws {
    let text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n"
      + "3;x=y\r\nabc\r\na\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
    let bytes = Array(text.utf8)
    var parser = ResponseParser()
    var body: [UInt8] = []
    var heads: [Int] = []
    var ends = 0
    for start in stride(from: 0, to: bytes.count, by: size) {
      for part in try parser.append(Array(bytes[start..<min(start + size, bytes.count)])) {
        switch part {
        case .head(let status, let headers):
          heads.append(status)
          #expect(headers == ["transfer-encoding": "chunked", "a": "b"])
        case .body(let bytes): body += bytes
        case .end: ends += 1
        }
      }
    }
    #expect(heads == [200])
    #expect(String(decoding: body, as: UTF8.self) == "abc0123456789")
    #expect(ends == 1)
  }

  @Test(arguments: [
    ("SSH-2.0-x\r\n\r\n", "what answers there does not speak HTTP"),
    ("HTTP/1.1 200 OK\r\nbad\r\n\r\n", "the answer has a bad header"),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "the answer's Content-Length is \"-1\""
    ),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
      "the connection ended in the middle of the answer"
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
      "a chunk of the answer has no size"
    ),
  ])
  func `an answer that is none is refused`(text: String, reason: String) {
    #expect(throws: ResponseParser.Failure(description: reason)) {
      var parser = ResponseParser()
      _ = try parser.append(Array(text.utf8))
      _ = try parser.finish()
    }
  }

  @Test func `addresses survive being written and read`() throws {
    let target = RequestTarget(
      path: "/api/v1/assets/ä b/c%2Fd",
      query: ["selection": "key:\"a/*\" and +x+1 & y=z", "": "empty"]
    )
    #expect(try RequestTarget(parsing: target.text) == target)
  }

  @Test func `a host that is not there is said so`() throws {
    let test = try TestHost()
    let client = test.client(.socket)
    let port = test.port
    test.server.stop()
    #expect(
      throws: APIFailure.transport(
        "the host at 127.0.0.1:\(port) cannot be reached: connect to \"127.0.0.1:\(port)\": "
          + "Connection refused (ECONNREFUSED); is it still running?"
      )
    ) {
      _ = try client.send(.get(APIPath.health))
    }
  }
}
