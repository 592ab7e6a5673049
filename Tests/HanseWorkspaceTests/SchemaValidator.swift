import HanseModel
import HanseSystem
import Testing

/// An independent judge of JSON Schemas: Python's `jsonschema`.
enum SchemaValidator {
  struct Missing: Error, CustomStringConvertible {
    var detail: String

    var description: String {
      "python3 with the package jsonschema is needed to check the schema; run scripts/setup --tests "
        + "(\(detail))"
    }
  }

  private static let program = """
    import json, sys
    from jsonschema import Draft202012Validator
    with open(sys.argv[1], encoding="utf-8") as file:
      question = json.load(file)
    Draft202012Validator.check_schema(question["schema"])
    validator = Draft202012Validator(question["schema"])
    print(json.dumps([validator.is_valid(example) for example in question["examples"]]))
    """

  /// Whether each example matches the schema, which must itself be right.
  static func judge(_ examples: [JSONValue], by schema: JSONValue) throws -> [Bool] {
    let directory = try Files.makeTemporaryDirectory(prefix: "hanse-schema-")
    defer { _ = try? Files.removeTree(directory) }  // teardown
    let path = Paths.join(directory, "question.json")
    let question: JSONValue = ["schema": schema, "examples": .array(examples)]
    try Files.writeAtomically(path, Array(question.text.utf8), durably: false)
    let answer = try JSONValue(parsing: try run(path))
    return (answer.arrayValue ?? []).compactMap(\.boolValue)
  }

  private static func run(_ path: String) throws -> String {
    let places = (Environment.value("PATH") ?? "").split(separator: ":").map(String.init)
    let candidates = places.map { Paths.join($0, "python3") }
    guard let python = candidates.first(where: { Files.exists($0) }) else {
      throw Missing(detail: "there is no python3 in PATH")
    }
    let output = try Pipe.make()
    let errors = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: python,
        arguments: ["-c", program, path],
        environment: Environment.all(),
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: output.writing,
        standardError: errors.writing
      )
    )
    output.writing.close()
    errors.writing.close()
    // The error output of a short traceback fits into its pipe while the other is read.
    let answer = try output.reading.readAll(limitBytes: 16 << 20)
    let complaint = try errors.reading.readAll(limitBytes: 1 << 20)
    guard try child.waitForExit().isSuccess else {
      throw Missing(detail: String(decoding: complaint.suffix(500), as: UTF8.self))
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
