import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import HanseWorkspace
import Testing

/// What a caller did wrong, and the exact answer, over both ways.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ProblemTests {
  @Test(arguments: Way.allCases)
  func `every wrong call gets the problem that belongs to it`(way: Way) throws {
    let test = try TestHost(locations: #"{"name": "off", "executable": "x", "enabled": false}"#)
    let client = test.client(way)
    for wrong in ProblemCases.addresses + ProblemCases.subjects + ProblemCases.bodies
      + ProblemCases.queues
    {
      let response = try client.send(wrong.request)
      #expect(response.status == wrong.status, "\(wrong.name)")
      let file = test.host.configuration.workspace.file
      #expect(response.text == wrong.json.replacing("FILE", with: file), "\(wrong.name)")
      #expect(response.headers["content-type"] == "application/problem+json", "\(wrong.name)")
    }
  }

  @Test(arguments: Way.allCases)
  func `a method that is not there is answered with those that are`(way: Way) throws {
    let test = try TestHost()
    let refused = try test.client(way).send(APIRequest(method: "PUT", path: "/healthz"))
    #expect(refused.headers["allow"] == "GET, HEAD, OPTIONS")
    let asked = try test.client(way).send(APIRequest(method: "OPTIONS", path: "/api/v1/runs"))
    #expect(asked.status == 204)
    #expect(asked.bytes.isEmpty)
    #expect(asked.headers["allow"] == "GET, POST, HEAD, OPTIONS")
  }

  @Test(arguments: Way.allCases)
  func `HEAD is GET without the body`(way: Way) throws {
    let test = try TestHost()
    let whole = try test.client(way).send(.get("/api/v1/locations"))
    let head = try test.client(way).send(APIRequest(method: "HEAD", path: "/api/v1/locations"))
    #expect(whole.text == #"{"items":[],"next":null}"#)
    #expect(head.bytes.isEmpty)
    #expect(head.status == 200)
    #expect(head.headers["content-type"] == "application/json")
  }

  @Test(arguments: Way.allCases)
  func `a partition of bytes that are not UTF-8 is refused`(way: Way) throws {
    let test = try TestHost()
    var request = APIRequest.post("/api/v1/runs", RunRequest(selection: "*"))
    request.body = Array(#"{"selection":"*","partition":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    let response = try test.client(way).send(request)
    #expect(response.status == 400)
    #expect(
      response.problem?.detail
        == "the body is not what was expected: byte 0xFF is not UTF-8 (byte 30)"
    )
    request.body = Array(#"{"selection":"*","partition":"a\uFFFD"}"#.utf8)
    #expect(
      try test.client(way).send(request).problem?.detail
        == "partition cannot be used: it has U+FFFD, which stands for bytes that are not UTF-8; "
        + "send a name such as 2010-07-04"
    )
  }

  @Test(arguments: Way.allCases)
  func `health waits until the host is settled, and no longer than it is told to`(way: Way) throws {
    let test = try TestHost()
    let settled = try test.client(way).send(
      .get("/healthz", query: ["settledWithinMilliseconds": "10000"])
    )
    #expect(try HealthDocument.decode(settled.bytes).isSettled)
    let refused = try test.client(way).send(
      .get("/healthz", query: ["settledWithinMilliseconds": "10001"])
    )
    #expect(
      refused.problem?.detail
        == "settledWithinMilliseconds is \"10001\"; expected a whole number from 0 to 10000"
    )
  }

  @Test func `a problem survives its JSON form`() throws {
    var problem = Problem(.selection, status: 400, title: "T", detail: "D")
    problem.column = 3
    problem.candidates = ["a", "b"]
    #expect(try Problem.decode(JSONWriter.encode(problem)) == problem)
    #expect(problem.code == .selection)
    problem.type = "urn:hanse:problem:of-tomorrow"
    #expect(try Problem.decode(JSONWriter.encode(problem)).code == nil)
  }
}
