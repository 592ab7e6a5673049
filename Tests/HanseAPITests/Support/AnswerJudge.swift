import HanseAPI
import HanseModel
import HanseSystem
import Testing

/// Has answers judged by the API's own description, with python's jsonschema.
final class AnswerJudge {
  private var cases: [(what: String, line: [UInt8])] = []

  func add(_ what: String, _ answer: JSONValue, as schema: JSONValue) {
    cases.append((what, JSONWriter.encode(["schema": schema, "answer": answer] as JSONValue)))
  }

  /// Adds what an operation has answered.
  func add(_ response: APIResponse, of operation: HanseAPI.Operation, _ what: String) throws {
    #expect(response.status == operation.status, "\(what): \(response.text)")
    add(what, try JSONValue(parsing: response.text), as: operation.answer.schema)
  }

  /// What does not fit, and which members were described and never seen.
  func verdicts() throws -> (refused: [String], unseen: [String]) {
    let folder = try Files.makeTemporaryDirectory(prefix: "api-tests-")
    defer {
      do {
        try Files.removeTree(folder)
      } catch {
        // Teardown: what is left over lies in the temporary directory of the system.
      }
    }
    let file = Paths.join(folder, "openapi.json")
    let description = JSONWriter.encode(APIDescription.openAPI(version: "1.2.3"))
    try Files.writeAtomically(file, description, durably: false)
    let lines = try Self.python(
      "validate_answers.py",
      [file],
      input: cases.flatMap { $0.line + [UInt8(ascii: "\n")] }
    )
    try #require(lines.count == cases.count + 1)
    let refused = zip(cases, lines).filter { $0.1 != "fits" }.map { "\($0.0.what): \($0.1)" }
    guard case .array(let unseen) = try JSONValue(parsing: lines[cases.count]) else {
      throw NoAnswer()
    }
    return (refused, unseen.compactMap { if case .string(let name) = $0 { name } else { nil } })
  }

  private struct NoAnswer: Error {}

  private static func python(
    _ script: String,
    _ arguments: [String],
    input bytes: [UInt8]
  ) throws -> [String] {
    let python = try #require(
      (Environment.value("PATH") ?? "/usr/bin").split(separator: ":")
        .map { Paths.join(String($0), "python3") }.first(where: Files.exists),
      "there is no python3: run scripts/setup"
    )
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast(2).joined(separator: "/")
    Signals.ignoreBrokenPipe()
    let standardInput = try Pipe.make()
    let standardOutput = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: python,
        arguments: [Paths.join(folder, script)] + arguments,
        environment: Environment.all(),
        standardInput: standardInput.reading,
        standardOutput: standardOutput.writing,
        standardError: StandardStreams.standardError
      )
    )
    standardInput.reading.close()
    standardOutput.writing.close()
    try OSThread.start(name: "feed python") {
      // A reader that is gone shows in its exit status below.
      try? standardInput.writing.writeAll(bytes)
      standardInput.writing.close()
    }
    let output = try standardOutput.reading.readAll(limitBytes: 64 << 20)
    let status = try child.waitForExit()
    try #require(status.isSuccess, "\(script) ended with \(status); try scripts/setup")
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
