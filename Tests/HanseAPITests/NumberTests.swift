import HanseHost
import HanseModel
import Testing

@testable import HanseAPI

/// Numbers that callers give, at and beyond what can be counted: no one of them ends the host.
@Suite(.serialized, .timeLimit(.minutes(10))) struct NumberTests {
  private static let numbers = [
    "9223372036854775807", "9223372036854775806", "-9223372036854775808", "9223372036854775808",
    "10000000", "0", "-1",
  ]

  @Test(arguments: Way.allCases)
  func `any number may be asked for in a query`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    let run = try test.finish("fixture/numbers", by: client).run.id.text
    let places = ["name": "fixture", "queue": "default", "run": run, "key": "fixture/numbers"]
    var count = 0
    for operation in APIDescription.operations where operation.method == "get" {
      var path = operation.path
      for (name, value) in places { path = path.replacing("{\(name)}", with: value) }
      for parameter in operation.parameters where !parameter.isPlace {
        for number in Self.numbers {
          var query = ["asset": "fixture/numbers"].filter { name, _ in
            operation.parameters.contains { $0.name == name }
          }
          query[parameter.name] = number
          let response = try client.send(.get(path, query: query))
          #expect((200..<500).contains(response.status), "\(operation.id) \(query)")
          count += 1
        }
      }
    }
    #expect(count > 100)
  }

  @Test func `any number may be asked for of a limit`() throws {
    let test = try TestHost.withFixture(members: #", "pools": [{"name": "p", "units": 1}]"#)
    let client = test.client(.direct)
    let targets: [LimitTarget] = [.workspace, .queue("default"), .pool("p"), .location("fixture")]
    let members = ["concurrentSteps", "concurrentRuns", "units", "waitingSteps", "weight"]
    func set(_ target: LimitTarget, _ body: String) throws {
      var request = APIRequest.post(APIPath.limit(.set, target), LimitOrder())
      request.body = Array(body.utf8)
      let status = try client.send(request).status
      #expect(status == 202 || status == 400, "\(target) \(body)")
    }
    for target in targets {
      for number in Self.numbers {
        for member in members { try set(target, #"{"\#(member)": \#(number)}"#) }
        for other in [1, 1_000_000] {
          for (starts, burst) in [("\(other)", number), (number, "\(other)")] {
            try set(
              target,
              #"{"rate": {"starts": \#(starts), "perMilliseconds": 1, "burst": \#(burst)}}"#
            )
          }
          for milliseconds in Self.numbers + ["9223372036854"] {
            let times = #""starts": \#(other), "perMilliseconds": \#(milliseconds)"#
            try set(target, #"{"rate": {\#(times), "burst": 1000000}}"#)
          }
        }
      }
    }
    // The rates hold now, the longest that can be counted, with what they let through at once.
    let detail = try test.finish("fixture/numbers", by: client)
    #expect(detail.run.status == .succeeded)
    let report = try #require(test.host.queueReport())
    #expect(report.queues.contains { $0.rate?.burst == 1_000_000 })
    #expect(test.host.recount() == [])
  }
}
