import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// What only the socket has: fences, limits, the endpoint file, and its end.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ServerTests {
  @Test(arguments: ["evil.example", "evil.example:4747", "127.0.0.1", "127.0.0.1:1"])
  func `a foreign Host is refused`(name: String) throws {
    let test = try TestHost()
    var request = APIRequest.get(APIPath.health)
    request.headers["host"] = name
    let response = try test.client(.socket).send(request)
    #expect(response.status == 403)
    let port = test.port
    #expect(
      response.text
        == #"{"type":"urn:hanse:problem:foreign-host","title":"Foreign host","status":403,"#
        + #""detail":"the Host header is \"\#(name)\"; call 127.0.0.1:\#(port) or "#
        + #"localhost:\#(port)","instance":"/healthz"}"#
    )
  }

  @Test func `the names of loopback are served`() throws {
    let test = try TestHost()
    for name in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
      var request = APIRequest.get(APIPath.health)
      request.headers["host"] = "\(name):\(test.port)"
      request.headers["origin"] = "http://localhost:\(test.port)"
      #expect(try test.client(.socket).send(request).status == 200, "\(name)")
    }
  }

  @Test(arguments: ["https://evil.example", "null", "http://localhost", "http://127.0.0.1:1"])
  func `a foreign Origin is refused`(origin: String) throws {
    let test = try TestHost()
    var request = APIRequest.post(APIPath.runs, RunRequest(selection: "*"))
    request.headers["origin"] = origin
    let response = try test.client(.socket).send(request)
    #expect(response.status == 403)
    #expect(
      response.text
        == #"{"type":"urn:hanse:problem:foreign-origin","title":"Foreign origin","status":403,"#
        + #""detail":"the request comes from a page of \#(origin), which may not use this host","#
        + #""instance":"/api/v1/runs"}"#
    )
  }

  @Test func `a body over the limit is refused before it is read`() throws {
    let test = try TestHost()
    let socket = try RawConnection(test.port)
    try socket.send(
      "POST /api/v1/runs HTTP/1.1\r\nHost: localhost:\(test.port)\r\n"
        + "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n"
    )
    let answer = try socket.readAll()
    #expect(answer.hasPrefix("HTTP/1.1 413 "))
    #expect(
      answer.hasSuffix(
        #"{"type":"urn:hanse:problem:body-too-large","title":"Body too large","status":413,"#
          + #""detail":"the body has more than 1048576 bytes, the limit","#
          + #""instance":"/api/v1/runs"}"#
      ),
      "\(answer)"
    )
  }

  @Test func `a body of chunks over the limit is refused too`() throws {
    let test = try TestHost()
    let socket = try RawConnection(test.port)
    let chunk = "10000\r\n" + String(repeating: " ", count: 65536) + "\r\n"
    try socket.send(
      "POST /api/v1/runs HTTP/1.1\r\nHost: localhost:\(test.port)\r\nConnection: close\r\n"
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + String(repeating: chunk, count: 17) + "0\r\n\r\n"
    )
    let answer = try socket.readAll()
    #expect(answer.hasPrefix("HTTP/1.1 413 "))
    #expect(
      answer.hasSuffix(
        #"{"type":"urn:hanse:problem:body-too-large","title":"Body too large","status":413,"#
          + #""detail":"the body has more than 1048576 bytes, the limit","#
          + #""instance":"/api/v1/runs"}"#
      ),
      "\(answer)"
    )
  }

  @Test func `an address and headers over the limit are refused`() throws {
    let test = try TestHost()
    let long = String(repeating: "x", count: 17 << 10)
    let target = try test.client(.socket).send(.get(APIPath.assets, query: ["selection": long]))
    #expect(target.status == 414)
    #expect(
      target.text
        == #"{"type":"urn:hanse:problem:target-too-long","title":"Address too long","status":414,"#
        + #""detail":"the path and the query have more than 16384 bytes, the limit","#
        + #""instance":"/api/v1/assets"}"#
    )
    var request = APIRequest.get(APIPath.health)
    request.headers["x-long"] = long
    let headers = try test.client(.socket).send(request)
    #expect(headers.status == 431)
    #expect(
      headers.text
        == #"{"type":"urn:hanse:problem:headers-too-large","title":"Headers too large","#
        + #""status":431,"detail":"the headers have more than 16384 bytes, the limit","#
        + #""instance":"/healthz"}"#
    )
  }

  @Test(arguments: [
    ("/healthz?a=%4", "the request's address has a bad percent escape"),
    ("/healthz?a=%FF", "the request's address is not UTF-8"),
    ("/healthz?a=%00", "the request's address has a bad percent escape"),
    ("/api/v1/runs?limit=1&limit=2", #"the parameter \"limit\" is given twice"#),
  ])
  func `an address that is not clean is refused`(target: String, detail: String) throws {
    let test = try TestHost()
    let socket = try RawConnection(test.port)
    try socket.send(
      "GET \(target) HTTP/1.1\r\nHost: localhost:\(test.port)\r\nConnection: close\r\n\r\n"
    )
    let answer = try socket.readAll()
    #expect(answer.hasPrefix("HTTP/1.1 400 "))
    let path = target.split(separator: "?")[0]
    #expect(
      answer.hasSuffix(
        #"{"type":"urn:hanse:problem:invalid-request","title":"Invalid request","status":400,"#
          + #""detail":"\#(detail)","instance":"\#(path)"}"#
      ),
      "\(answer)"
    )
  }

  @Test func `every answer forbids guessing and keeping`() throws {
    let test = try TestHost()
    for path in [APIPath.health, "/nowhere"] {
      let response = try test.client(.socket).send(.get(path))
      #expect(response.headers["x-content-type-options"] == "nosniff")
      #expect(response.headers["cache-control"] == "no-store")
    }
  }

  @Test func `the endpoint is written at the start and gone at the stop`() throws {
    let test = try TestHost()
    let found = try #require(Endpoint.discover(state: test.state))
    #expect(found == test.server.endpoint)
    #expect(found.url == "http://127.0.0.1:\(test.port)")
    let json = String(
      decoding: try Files.read(test.state.endpoint, limitBytes: 4096),
      as: UTF8.self
    )
    #expect(
      json == #"{"pid":\#(SelfProcess.pid),"port":\#(test.port),"url":"\#(found.url)","#
        + #""version":"1.2.3","started":"\#(found.started)","#
        + #""workspaceFile":"\#(test.host.configuration.workspace.file)"}"# + "\n"
    )
    test.server.stop()
    #expect(Endpoint.discover(state: test.state) == nil)
    #expect(!Files.exists(test.state.endpoint))
  }

  @Test func `an endpoint that a killed host has left is not believed`() throws {
    let test = try TestHost()
    test.server.stop()
    var left = test.server.endpoint
    try Files.writeAtomically(test.state.endpoint, JSONWriter.encode(left), durably: false)
    #expect(Endpoint.discover(state: test.state) == nil, "nobody listens there")
    left.processID = 4_194_305
    try Files.writeAtomically(test.state.endpoint, JSONWriter.encode(left), durably: false)
    #expect(Endpoint.discover(state: test.state) == nil, "no such process can be")
    try Files.writeAtomically(test.state.endpoint, Array("{".utf8), durably: false)
    #expect(Endpoint.discover(state: test.state) == nil, "not JSON")
  }

  @Test func `a taken port makes the server try the next`() throws {
    let first = try TestHost()
    var options = HTTPServer.Options(port: first.port)
    let second = try TestHost()
    let server = try HTTPServer.start(second.host, options: options)
    #expect(server.endpoint.port > first.port)
    server.stop()
    options.portAttempts = 1
    #expect {
      _ = try HTTPServer.start(second.host, options: options)
    } throws: { error in
      "\(error)" == "no port from \(first.port) to \(first.port) of 127.0.0.1 is free; stop what "
        + "listens there, or name another with \"server\": {\"port\": ...} in the workspace"
    }
  }

  @Test func `a thousand requests leave no descriptor behind`() throws {
    // In a process of its own: other tests open files and sockets at the same time.
    let output = try CallingHost.run(calls: 1000)
    let lines = output.split(separator: "\n").map { $0.split(separator: " ") }
    try #require(lines.map(\.first) == ["left", "left", "done"], "\(output)")
    let (before, after) = (try #require(Int(lines[0][1])), try #require(Int(lines[1][1])))
    #expect(after <= before, "\(output)")
  }

  @Test func `stopping the server ends an open stream`() throws {
    let test = try TestHost()
    let outcome = Monitor<Bool?>(nil)
    let client = test.client(.socket)
    let begun = Monitor(false)
    let thread = try OSThread.start(name: "stream") {
      do {
        try client.stream(.stream(APIPath.events)) { _ in
          begun.update { $0 = true }
          return true
        }
        outcome.update { $0 = true }
      } catch {
        outcome.update { $0 = false }
      }
    }
    try #require(
      begun.wait(untilMilliseconds: MonotonicClock.milliseconds(after: .seconds(20))) { $0 }
    )
    test.server.stop()
    thread.join()
    #expect(outcome.withLock { $0 } == true)
  }
}

/// A connection on which a test writes what it likes.
final class RawConnection {
  private let socket: Descriptor

  init(_ port: UInt16) throws { socket = try Loopback.connect(port) }

  func send(_ text: String) throws { try socket.writeAll(Array(text.utf8)) }

  /// Reads until a text has come.
  func read(until text: String) throws -> String {
    var bytes: [UInt8] = []
    while !String(decoding: bytes, as: UTF8.self).contains(text), bytes.count < 1 << 16,
      case .bytes = try socket.read(into: &bytes, upTo: 4096)
    {}
    return String(decoding: bytes, as: UTF8.self)
  }

  func readAll() throws -> String {
    String(decoding: try socket.readAll(limitBytes: 1 << 20), as: UTF8.self)
  }
}
