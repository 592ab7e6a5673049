import HanseAPI
import HanseModel
import HanseSystem
import Testing

/// What clients that say nothing, or say it slowly, can do to others: nothing.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ConnectionTests {
  private static func answer(_ status: String, _ problem: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: application/problem+json\r\n"
      + "Content-Length: \(problem.utf8.count)\r\nConnection: close\r\n\r\n\(problem)"
  }

  @Test func `more idle connections than there may be keep nobody out`() throws {
    let test = try TestHost { $0.headLimit = .seconds(3600) }
    var idle: [RawConnection] = []
    for _ in 0..<300 { idle.append(try RawConnection(test.port)) }
    // With the limits of time out of reach, only the place of another can be what serves this.
    let client = RemoteClient(test.server.endpoint, timeout: .seconds(20))
    #expect(try client.send(.get(APIPath.health)).status == 200)
    #expect(
      try idle[0].readAll()
        == Self.answer(
          "503 Too many connections",
          #"{"type":"urn:hanse:problem:too-many-connections","title":"Too many connections","#
            + #""status":503,"detail":"256 connections are open, as many as there may be, and "#
            + #"another one was needed; connect again, and close what is not used"}"#
        )
    )
    #expect(try client.send(.get(APIPath.health)).status == 200)
  }

  @Test(arguments: ["", "GET /healthz HTT", "GET /healthz HTTP/1.1\r\nHost: localh"])
  func `a head that does not come in time ends the connection, which is told`(
    sent: String
  ) throws {
    let test = try TestHost { $0.headLimit = .milliseconds(50) }
    let socket = try RawConnection(test.port)
    try socket.send(sent)
    #expect(
      try socket.readAll()
        == Self.answer(
          "408 Request too slow",
          #"{"type":"urn:hanse:problem:too-slow","title":"Request too slow","status":408,"#
            + #""detail":"the head of a request did not come within 50ms, the limit"}"#
        )
    )
  }

  @Test func `a body that does not come in time ends the connection, which is told`() throws {
    let test = try TestHost { $0.bodyLimit = .milliseconds(50) }
    let socket = try RawConnection(test.port)
    try socket.send(
      "POST /api/v1/runs HTTP/1.1\r\nHost: localhost:\(test.port)\r\n"
        + "Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
    )
    let answer = try socket.readAll()
    #expect(answer.hasPrefix("HTTP/1.1 408 Request too slow\r\n"), "\(answer)")
    #expect(
      answer.hasSuffix(
        #"{"type":"urn:hanse:problem:too-slow","title":"Request too slow","status":408,"#
          + #""detail":"the body of a request did not come within 50ms, the limit"}"#
      ),
      "\(answer)"
    )
  }

  @Test func `one stream too many is refused, and takes no place of other calls`() throws {
    let test = try TestHost {
      $0.streamLimit = 1
      // One for a call, and one for the call before it, which may be about to close.
      $0.connectionLimit = 2
    }
    let request =
      "GET /api/v1/events HTTP/1.1\r\nHost: localhost:\(test.port)\r\n"
      + "Accept: text/event-stream\r\nConnection: close\r\n\r\n"
    let stream = try RawConnection(test.port)
    try stream.send(request)
    #expect(try stream.read(until: ": events of hanse").hasPrefix("HTTP/1.1 200 OK"))
    let client = test.client(.socket)
    let refused = try client.send(.stream(APIPath.events))
    #expect(refused.status == 503)
    #expect(
      refused.text
        == #"{"type":"urn:hanse:problem:too-many-streams","title":"Too many streams","#
        + #""status":503,"detail":"1 streams are open, as many as there may be; close one, or "#
        + #"ask for pages"}"#
    )
    #expect(try client.send(.get(APIPath.health)).status == 200)
  }

  @Test(arguments: [
    ("Host:\r\n", #"\"\""#), ("Host: \r\n", #"\"\""#), ("", "missing"),
  ])
  func `an empty or missing Host is refused as any other is`(
    header: String,
    found: String
  ) throws {
    let test = try TestHost()
    let socket = try RawConnection(test.port)
    try socket.send("GET /healthz HTTP/1.1\r\n\(header)Connection: close\r\n\r\n")
    let answer = try socket.readAll()
    #expect(answer.hasPrefix("HTTP/1.1 403 "), "\(answer)")
    #expect(answer.contains("application/problem+json"))
    #expect(
      answer.hasSuffix(
        #"{"type":"urn:hanse:problem:foreign-host","title":"Foreign host","status":403,"#
          + #""detail":"the Host header is \#(found); call 127.0.0.1:\#(test.port) or "#
          + #"localhost:\#(test.port)","instance":"/healthz"}"#
      ),
      "\(answer)"
    )
  }
}
