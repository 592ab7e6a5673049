import HanseModel
import HanseSystem
import HanseWire
import Testing

/// The schemas and the Swift types say the same.
@Suite(.timeLimit(.minutes(10))) struct SchemaTests {
  @Test func `every message has a schema, and every schema a message`() throws {
    let files = try Files.list(Self.schemas).filter { $0 != "common.schema.json" }
    #expect(Set(files) == Set(Golden.all.map { "\($0.schema).schema.json" }))
    #expect(files.count == 14)
  }

  @Test func `every golden message fits its schema`() throws {
    let cases = try Golden.all.map { ($0, try JSONValue(parsing: $0.json)) }
    for ((golden, _), verdict) in zip(cases, try Self.verdicts(cases)) {
      #expect(verdict == "fits", "\(golden.name)")
    }
  }

  @Test func `a message with a member less or of another type is judged alike by both`() throws {
    var cases: [(golden: Golden, message: JSONValue)] = []
    for golden in Golden.all {
      for mutation in try JSONValue(parsing: golden.json).mutations {
        cases.append((golden, mutation))
      }
    }
    #expect(cases.count > 1000)
    var refused = 0
    for ((golden, message), verdict) in zip(cases, try Self.verdicts(cases)) {
      // Why it was refused is for other tests.
      let reads = (try? golden.rewrite(Array(message.text.utf8))) != nil
      if !reads { refused += 1 }
      #expect(reads == (verdict == "fits"), "\(golden.name): \(message.text): \(verdict)")
    }
    #expect(refused > 500)
  }

  @Test func `a number with which no step can be run fits no schema`() throws {
    let golden = try #require(Golden.all.first { $0.json.contains(LocationDefinitions.fullJSON) })
    let changes = [
      (#""timeoutMilliseconds":60000"#, #""timeoutMilliseconds":"#, 1),
      (#""timeoutMilliseconds":5000"#, #""timeoutMilliseconds":"#, 1),
      (#"{"warehouse":2}"#, #"{"warehouse":"#, 1), (#""maxRetries":3"#, #""maxRetries":"#, 0),
      (#""delayMilliseconds":1000"#, #""delayMilliseconds":"#, 0),
    ]
    let cases = try changes.flatMap { old, new, least in
      try [least - 1, least].map { number in
        let end = old.hasSuffix("}") ? "}" : ""
        return (
          golden, try JSONValue(parsing: golden.json.replacing(old, with: "\(new)\(number)\(end)"))
        )
      }
    }
    let verdicts = try Self.verdicts(cases)
    #expect(verdicts.map { $0 == "fits" } == changes.flatMap { _ in [false, true] }, "\(verdicts)")
  }

  private static let schemas = Paths.join(root, "Sources/HanseWire/Schemas")
  private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  /// What python's jsonschema says of each message.
  private static func verdicts(
    _ cases: [(golden: Golden, message: JSONValue)]
  ) throws -> [String] {
    var input: [UInt8] = []
    for (golden, message) in cases {
      let file = JSONValue.string("\(golden.schema).schema.json")
      input += JSONWriter.encode(["schema": file, "message": message] as JSONValue) + [10]
    }
    let python = try #require(
      (Environment.value("PATH") ?? "/usr/bin").split(separator: ":")
        .map { Paths.join(String($0), "python3") }.first(where: Files.exists),
      "there is no python3: run scripts/setup"
    )
    Signals.ignoreBrokenPipe()
    let standardInput = try Pipe.make()
    let standardOutput = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: python,
        arguments: ["\(root)/Tests/HanseWireTests/validate_messages.py", schemas],
        environment: Environment.all(),
        standardInput: standardInput.reading,
        standardOutput: standardOutput.writing,
        standardError: StandardStreams.standardError
      )
    )
    standardInput.reading.close()
    standardOutput.writing.close()
    let bytes = input
    try OSThread.start(name: "feed python") {
      // A reader that is gone shows in its exit status below.
      try? standardInput.writing.writeAll(bytes)
      standardInput.writing.close()
    }
    let output = try standardOutput.reading.readAll(limitBytes: 64 << 20)
    let status = try child.waitForExit()
    try #require(status.isSuccess, "validate_messages.py ended with \(status); try scripts/setup")
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    try #require(lines.count == cases.count)
    return lines
  }
}

extension JSONValue {
  /// The value with one member or element, at any depth, dropped or given another type.
  var mutations: [JSONValue] {
    switch self {
    case .object(let members):
      members.indices.flatMap { index -> [JSONValue] in
        var without = members
        let member = without.remove(at: index)
        let changed = (member.value.otherTypes + member.value.mutations).map { value in
          var copy = members
          copy[index] = Member(member.name, value)
          return JSONValue.object(copy)
        }
        return [.object(without)] + changed
      }
    case .array(let elements):
      elements.indices.flatMap { index in
        (elements[index].otherTypes + elements[index].mutations).map { value in
          var copy = elements
          copy[index] = value
          return JSONValue.array(copy)
        }
      }
    default: []
    }
  }

  private var otherTypes: [JSONValue] {
    let all: [JSONValue] = [nil, true, 12, 1.5, "text", [1], ["x": 1]]
    return all.filter { $0.kindDescription != kindDescription }
  }
}
