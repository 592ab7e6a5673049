import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

@testable import HanseAPI

/// What a caller is told when an answer is none, word for word.
@Suite(.timeLimit(.minutes(10))) struct ClientMessageTests {
  @Test(arguments: [
    (
      [("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 1)],
      "a chunk of the answer has no end"
    ),
    (
      [("HTTP/1.1 200 OK\r\nA: ", 1), ("x", 70_000)],
      "a line of the answer is longer than 64 KiB"
    ),
    (
      [("HTTP/1.1 200 OK\r\n", 1), ("A: 0123456789\r\n", 6000)],
      "the head of the answer is longer than 64 KiB"
    ),
  ])
  func `an answer over a limit, or cut wrongly, is refused`(
    parts: [(text: String, count: Int)],
    reason: String
  ) {
    let text = parts.map { String(repeating: $0.text, count: $0.count) }.joined()
    #expect(throws: ResponseParser.Failure(description: reason)) {
      var parser = ResponseParser()
      _ = try parser.append(Array(text.utf8))
    }
  }

  @Test func `an event that is none, or too long, breaks the stream with the reason`() throws {
    var parser = EventStreamParser()
    #expect(
      throws: APIFailure.transport(
        "an event of the host cannot be understood: expected an object, found an array (byte 0); see "
          + "that it is of this program's version"
      )
    ) { try parser.append(Array("event: run.started\ndata: []\n\n".utf8)) }
    var short = EventStreamParser(lineLimitBytes: 1 << 20)
    #expect(throws: APIFailure.transport("an event of the host is longer than 1 MiB, the limit")) {
      try short.append([UInt8](repeating: 97, count: 1 << 20 | 1))
    }
  }

  @Test func `a document that is none is told, and a refusal without a reason`() {
    #expect(
      throws: APIFailure.transport(
        "the host's answer cannot be understood: expected an object, found an array (byte 0); see "
          + "that it is of this program's version"
      )
    ) { try APIResponse(status: 200, body: .bytes(Array("[]".utf8))).document(as: Problem.self) }
    let refusal = APIResponse(status: 502, body: .bytes(Array("<html>".utf8)))
    #expect(refusal.problem?.detail == "the host answered with status 502 and no reason")
  }

  @Test func `a host that falls silent in the middle of a stream is named`() throws {
    let test = try TestHost()
    let client = RemoteClient(test.server.endpoint, timeout: .milliseconds(1))
    #expect(
      throws: APIFailure.transport(
        "the host at http://127.0.0.1:\(test.port) (process \(SelfProcess.pid)) has said nothing for "
          + "1ms; see whether it is stopped or overloaded"
      )
    ) { try client.stream(.stream(APIPath.events, query: ["kind": "run.finished"])) { _ in true } }
  }

  @Test func `a call that brings no events is no stream`() throws {
    let test = try TestHost()
    #expect(throws: APIFailure.transport("the call brings no events")) {
      try test.client(.direct).stream(.get(APIPath.runs)) { _ in true }
    }
  }

  @Test func `a log that fails under a stream ends it with the problem`() throws {
    let state = StateDirectory(path: try Files.makeTemporaryDirectory(prefix: "api-tests-"))
    defer { try? Files.removeTree(state.path) }  // what is left over is for the system to clean
    let bytes = Array(repeating: UInt8(ascii: "x"), count: 4096)
    try Files.writeAtomically(state.eventLog, bytes, durably: false)
    let writer = EventStreamWriter(
      EventSubscription(backend: .stored(state), after: 0, filter: EventFilter()),
      heartbeat: .seconds(15)
    ) { false }
    var sent: [UInt8] = []
    while let part = writer.next(4096) { sent += part }
    let detail =
      "event log \(state.eventLog): opening it for reading failed: file is not a database (SQLite "
      + "code 26); move the file away, or name another state directory"
    #expect(
      String(decoding: sent, as: UTF8.self)
        == ": events of hanse\n\nevent: problem\ndata: {\"type\":\"urn:hanse:problem:event-log\","
        + "\"title\":\"Event log failed\",\"status\":500,\"detail\":\"\(detail)\"}\n\n"
    )
    var parser = EventStreamParser()
    guard case .problem(let problem) = try parser.append(sent).last else {
      Issue.record("the problem is not read")
      return
    }
    #expect(problem.detail == detail && problem.code == .eventLog)
  }

  @Test func `an address that is none is refused`() {
    let error = #expect(throws: Problem.self) { try RequestTarget(parsing: "healthz") }
    #expect(error?.detail == "the request's address does not begin with a slash")
  }
}
