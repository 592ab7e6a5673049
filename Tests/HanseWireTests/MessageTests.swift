import HanseModel
import HanseWire
import Testing

@Suite struct MessageTests {
  @Test(arguments: Golden.all)
  func `a message is written and read as its golden text`(_ golden: Golden) throws {
    #expect(golden.written == golden.json)
    #expect(try golden.rewrite(Array(golden.json.utf8)) == golden.json)
  }

  /// Messages in which every object has the members that the protocol names, and no free ones.
  static let closed = Golden.all.filter { golden in
    ["metadata", "tags", "config", "settings", "fields", "upstream", "method\":\"x"]
      .allSatisfy { !golden.json.contains("\"\($0)\"") }
  }

  @Test(arguments: closed)
  func `members that this version does not know are ignored`(_ golden: Golden) throws {
    let message = try JSONValue(parsing: golden.json).mapObjects {
      [JSONValue.Member("of a later version", ["x": [1]])] + $0
    }
    #expect(try golden.rewrite(Array(message.text.utf8)) == golden.json)
  }

  @Test(arguments: Golden.all)
  func `the order of members means nothing`(_ golden: Golden) throws {
    let reversed = try JSONValue(parsing: golden.json).mapObjects { $0.reversed() }
    let again = try JSONValue(parsing: try golden.rewrite(Array(reversed.text.utf8)))
    #expect(again.sorted == (try JSONValue(parsing: golden.json)).sorted)
  }

  @Test func `the host's messages come back equal`() throws {
    let message = HostMessage.executeStep(id: 7, .full)
    #expect(try HostMessage(line: message.line.dropLast()) == message)
    #expect(message.line.last == UInt8(ascii: "\n"))
  }

  @Test func `an unknown method survives with its id`() throws {
    let text = #"{"jsonrpc":"2.0","id":5,"method":"sensor/evaluate","params":{"x":1}}"#
    let message = try HostMessage(line: Array(text.utf8))
    #expect(message == .unknown(id: 5, method: "sensor/evaluate"))
    #expect(message.method == "sensor/evaluate")
  }

  @Test func `an unknown notification of a location is told by its name`() throws {
    let text = #"{"jsonrpc":"2.0","seq":9,"method":"asset/changed","params":[1]}"#
    let message = try LocationMessage(line: Array(text.utf8), depthLimit: 64)
    #expect(message.seq == 9)
    guard case .unknown("asset/changed") = message.body else {
      Issue.record("read as \(message.body)")
      return
    }
  }

  @Test func `an unknown kind of step event keeps its name`() throws {
    let text = #"{"kind":"estimated","data":{"rows":5}}"#
    #expect(try StepEvent.decode(text) == .unknown(kind: "estimated"))
  }

  @Test func `a limit that is not given has its default`() throws {
    #expect(try WireLimits.decode(#"{"lineBytes":100}"#) == WireLimits(lineBytes: 100))
  }

  static let badHostLines: [(String, String)] = [
    ("", "the text ends in the middle of a value (byte 0)"),
    ("[]", "expected an object, found an array (byte 0)"),
    (#"{"id":1,"method":"ping"}"#, #"the member "jsonrpc" must be "2.0" in jsonrpc (byte 24)"#),
    (
      #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
      #"the member "jsonrpc" must be "2.0" in jsonrpc (byte 40)"#
    ),
    (#"{"jsonrpc":"2.0","id":1}"#, #"the member "method" is missing (byte 24)"#),
    (#"{"jsonrpc":"2.0","method":"ping"}"#, #"the member "id" is missing (byte 33)"#),
    (
      #"{"jsonrpc":"2.0","id":"a","method":"ping"}"#,
      "expected a number, found a string in id (byte 22)"
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
      #"the member "params" is missing (byte 46)"#
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"step/execute","params":{"run":"r","step":"s","#
        + #""attempt":1,"epoch":"x"}}"#,
      "expected a number, found a string in params.epoch (byte 99)"
    ),
  ]

  @Test(arguments: badHostLines)
  func `a bad line of the host is refused with the place`(line: String, message: String) {
    let error = #expect(throws: JSONError.self) { try HostMessage(line: Array(line.utf8)) }
    #expect(error?.description == message)
  }

  static let badLocationLines: [(String, String)] = [
    (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"the member "seq" is missing (byte 36)"#),
    (#"{"jsonrpc":"2.0","seq":1,"result":{}}"#, #"the member "id" is missing (byte 37)"#),
    (#"{"jsonrpc":"2.0","seq":1,"id":1}"#, #"the member "method" is missing (byte 32)"#),
    (
      #"{"jsonrpc":"2.0","seq":1,"id":1,"error":{"message":"m"}}"#,
      #"the member "code" is missing in error (byte 55)"#
    ),
    (
      #"{"jsonrpc":"2.0","seq":1,"seq":2,"method":"log"}"#,
      #"member "seq" stands twice in one object (byte 25)"#
    ),
  ]

  @Test(arguments: badLocationLines)
  func `a bad line of a location is refused with the place`(line: String, message: String) {
    let error = #expect(throws: JSONError.self) {
      try LocationMessage(line: Array(line.utf8), depthLimit: 64)
    }
    #expect(error?.description == message)
  }

  @Test func `a notification with bad parameters is told as that, with the place`() throws {
    let line = #"{"jsonrpc":"2.0","seq":1,"method":"log","params":{"level":"loud","message":"m"}}"#
    let message = try LocationMessage(line: Array(line.utf8), depthLimit: 64)
    guard case .malformed("log", let error) = message.body else {
      Issue.record("read as \(message.body)")
      return
    }
    #expect(
      error.description
        == #""loud" is not one of "debug", "info", "warning", "error" in params.level (byte 58)"#
    )
  }

  @Test func `a notification with an id is a request, which is not the location's to make`() throws
  {
    let line = #"{"jsonrpc":"2.0","seq":1,"id":7,"method":"log","params":{}}"#
    let message = try LocationMessage(line: Array(line.utf8), depthLimit: 64)
    guard case .unknown("log") = message.body else {
      Issue.record("read as \(message.body)")
      return
    }
  }

  @Test func `a result is read as what was asked for`() throws {
    let line = #"{"jsonrpc":"2.0","seq":1,"id":1,"result":{"status":"vanished"}}"#
    let message = try LocationMessage(line: Array(line.utf8), depthLimit: 64)
    guard case .result(1, let place) = message.body else {
      Issue.record("read as \(message.body)")
      return
    }
    let error = #expect(throws: JSONError.self) { try place.read(as: StepOutcome.self) }
    #expect(
      error?.description == #""vanished" is not one of "succeeded", "failed", "canceled" "#
        + "in result.status (byte 41)"
    )
  }

  @Test func `nesting is bounded where the host says`() {
    let line = #"{"jsonrpc":"2.0","seq":1,"method":"x","params":[[[1]]]}"#
    #expect(throws: Never.self) { try LocationMessage(line: Array(line.utf8), depthLimit: 4) }
    let error = #expect(throws: JSONError.self) {
      try LocationMessage(line: Array(line.utf8), depthLimit: 3)
    }
    #expect(error?.description == "nested deeper than 3 levels (byte 49)")
  }
}

extension JSONValue {
  /// The value with the members of each object changed, innermost first.
  func mapObjects(_ change: ([Member]) -> [Member]) -> JSONValue {
    switch self {
    case .object(let members):
      .object(change(members.map { Member($0.name, $0.value.mapObjects(change)) }))
    case .array(let elements): .array(elements.map { $0.mapObjects(change) })
    default: self
    }
  }

  /// The value with all members in the order of their names.
  var sorted: JSONValue { mapObjects { $0.sorted { $0.name < $1.name } } }
}
