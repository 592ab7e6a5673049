import HanseModel
import HanseWorkspace
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkspaceSchemaTests {
  /// What the messages say about errors that no schema can express: a member against another, or
  /// a quantity against a limit.
  private static let beyondSchema = [
    "can never be reached", "is longer than \"maxDelay\"", "there is no queue", "is taken",
    "stands twice", "expected a bare name", "expected at least \"16MiB\"",
    "more than can be counted", "warning:",
  ]

  private static let badMembers =
    LocationMessagesTests.program + LocationMessagesTests.behaviour
    + LocationMessagesTests.policies + LocationMessagesTests.environment

  private static let goodMembers = [
    #""io": null"#, #""io": { "path": "x" }"#, #""io": { "kind": "filesystem" }"#, #""io": {}"#,
    #""io": { "kind": "postgres", "schema": { "a": [1] } }"#, #""sha256": null"#,
    #""sha256": "\#(String(repeating: "aB", count: 32))""#, #""weight": 1e1"#, #""weight": 1000"#,
    #""limits": { "openFiles": 64.0, "rate": { "starts": 1, "per": "5m", "burst": 1000000 } }"#,
    #""limits": { "coreSize": "0B", "cpuTime": "10m", "fileSize": "1GiB", "nice": 0 }"#,
    #""limits": { "coreSize": "1MiB", "addressSpace": "8GiB", "processes": null }"#,
    #""sandbox": true"#, #""sandbox": false"#, #""sandbox": null"#, #""sandbox": {}"#,
    #""sandbox": { "read": ["a"], "write": [], "network": [443], "required": false }"#,
    #""sandbox": { "network": false }"#,
    #""timeouts": { "step": null }"#, #""environment": { "a": "", "_": "x", "B9": "ü" }"#,
    #""labels": { "a.b-c_D": "" }"#, #""owns": [], "arguments": ["", "ä"]"#,
    #""isolation": "run", "enabled": false, "watch": false, "queue": "default""#,
  ]

  /// Whether we accept the text, or nil if what we refuse is beyond any schema.
  private func verdict(_ text: String) -> Bool? {
    let load = Samples.load(text)
    let judged = load.problems.map(\.description).filter { message in
      !Self.beyondSchema.contains { message.contains($0) }
    }
    if !judged.isEmpty { return false }
    return load.errors.isEmpty ? true : nil
  }

  private func check(_ texts: [String], _ comment: Comment? = nil) throws {
    let judged = texts.compactMap { text in verdict(text).map { (text: text, isGood: $0) } }
    let examples = try judged.map { try JSONValue(parsing: $0.text) }
    let answers = try SchemaValidator.judge(examples, by: WorkspaceSchema.json())
    try #require(answers.count == examples.count)
    for (example, answer) in zip(judged, answers) {
      #expect(
        example.isGood == answer,
        "we say \(example.isGood), the schema says \(answer): \(example.text) \(comment ?? "")"
      )
    }
  }

  @Test func `the schema accepts what is accepted here`() throws {
    let texts = [Samples.full] + Self.goodMembers.map { Samples.location($0) }
    for text in texts { #expect(Samples.messages(text).isEmpty) }
    try check(texts)
  }

  @Test func `the schema refuses what is refused here`() throws {
    let members = Self.badMembers.map { Samples.location($0.text) }
    let files = WorkspaceMessagesTests.badFiles.dropLast().map(\.text)
    let texts = (members + files).filter { !$0.contains("\"weight\": 2") && !isTwice($0) }
    #expect(texts.count > 45)
    try check(texts)
  }

  private func isTwice(_ text: String) -> Bool {
    Samples.messages(text).contains { $0.contains("stands twice") }
  }

  @Test func `the schema and the reading here agree on changed files`() throws {
    var random = SeededRandom()
    let good = try JSONValue(parsing: Samples.full)
    let texts = (0..<1500).map { _ in changed(good, &random).text }
    #expect(texts.count { verdict($0) == true } > 50)
    #expect(texts.count { verdict($0) == false } > 500)
    try check(texts, Comment(rawValue: random.comment))
  }

  @Test func `every member is described and shows its default`() throws {
    let schema = WorkspaceSchema.json()
    #expect(schema["$schema"]?.stringValue == "https://json-schema.org/draft/2020-12/schema")
    let location = try #require(schema["properties"]?["locations"]?["items"])
    #expect(location["required"] == ["name", "executable"])
    let timeouts = try #require(location["properties"]?["timeouts"])
    #expect(timeouts["properties"]?["handshake"]?["default"] == "10s")
    #expect(timeouts["default"]?.text.contains(#""tick":"1m""#) == true)
    var objects = [schema, location, timeouts]
    while let object = objects.popLast() {
      for member in object["properties"]?.objectMembers ?? [] {
        let text = member.value["description"]?.stringValue ?? ""
        #expect(text.count > 8, "\(member.name)")
        if member.value["properties"] != nil { objects.append(member.value) }
      }
    }
  }

  @Test func `the defaults that the schema shows are the defaults`() throws {
    let properties = try #require(WorkspaceSchema.json()["properties"]?.objectMembers)
    let defaults = properties.compactMap { member in
      member.value["default"].map { JSONValue.Member(member.name, $0) }
    }
    let written = JSONValue.object([.init("version", 1)] + defaults)
    let plain = try #require(Samples.load(#"{ "version": 1 }"#).workspace)
    let explicit = Samples.load(written.text)
    #expect(explicit.problems.isEmpty)
    var workspace = try #require(explicit.workspace)
    // A port that is named is meant; that is all that naming a default changes.
    #expect(workspace.portPosition != nil && plain.portPosition == nil)
    workspace.portPosition = nil
    #expect(workspace == plain)
  }

  // MARK: Changing a file

  private static let odd: [JSONValue] = [
    nil, true, 0, 1, -1, 1.5, 65_536, 20_000_000, "", "a", "default", "10s", "1h", "64MiB", "A b",
    "a/b", "x\u{0}", "filesystem", [], ["a"], [1], .object([]), ["a": "b"],
    ["kind": "filesystem"], ["kind": "s3", "x": 1], ["starts": 3], ["fromFile": "x"],
    ["fromEnvironment": "X"],
  ]

  /// The value with one part replaced, removed, added or renamed.
  private func changed(_ value: JSONValue, _ random: inout SeededRandom) -> JSONValue {
    switch value {
    case .object(var members) where Int.random(in: 0..<8, using: &random) != 0:
      guard let index = members.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<12, using: &random) {
      case 0: members.remove(at: index)
      case 1: members[index].name += "x"
      default: members[index].value = changed(members[index].value, &random)
      }
      return .object(members)
    case .array(var elements) where Int.random(in: 0..<8, using: &random) != 0:
      guard let index = elements.indices.randomElement(using: &random) else { break }
      elements[index] = changed(elements[index], &random)
      return .array(elements)
    default: break
    }
    return Self.odd.randomElement(using: &random) ?? nil
  }
}
