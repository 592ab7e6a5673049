import HanseModel
import HanseSystem

/// The whole environment of a location's process.
package struct ResolvedEnvironment: Hashable, Sendable {
  package var variables: [String: String]
  /// The values that nothing may show: those that do not stand in the file itself.
  package var secrets: Set<String>
}

/// Why a location cannot be given its environment; never empty, and never with a value.
package struct EnvironmentFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package var problems: [WorkspaceProblem]

  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// What every location gets from the host's own environment, if it is there.
package let inheritedVariables = ["PATH", "HOME", "LANG", "TZ"]

/// Makes the environment of a location: PATH, HOME, LANG, TZ, its own entries, and nothing else.
///
/// The host adds its mark, by which it finds what the location starts.
///
/// The value from a file is all of it but one line end at the end.
///
/// - Parameters:
///   - entry: The location.
///   - file: The absolute path of workspace.json, for messages.
///   - inherited: The host's own environment.
///   - readFile: Reads a secret's file.
/// - Returns: The environment, or what is missing for it: that location's error alone.
package func resolveEnvironment(
  _ entry: LocationEntry,
  file: String,
  inherited: [String: String],
  readFile: (String) throws -> [UInt8] = readSecret
) -> Result<ResolvedEnvironment, EnvironmentFailure> {
  var result = ResolvedEnvironment(variables: [:], secrets: [])
  for name in inheritedVariables { result.variables[name] = inherited[name] }
  var problems: [WorkspaceProblem] = []
  for variable in entry.environment {
    switch EnvironmentReading.value(variable.value, inherited, readFile) {
    case .success(let value):
      result.variables[variable.name] = value
      if case .literal = variable.value { continue }
      if !value.isEmpty { result.secrets.insert(value) }
    case .failure(let reason):
      problems.append(
        WorkspaceProblem(
          file: file,
          position: variable.position,
          message: "\"environment.\(variable.name)\": \(reason.text)",
          location: entry.name
        )
      )
    }
  }
  return problems.isEmpty ? .success(result) : .failure(EnvironmentFailure(problems: problems))
}

/// Reads the values that do not stand in workspace.json.
private enum EnvironmentReading {
  struct Reason: Error {
    var text: String
  }

  static func value(
    _ source: EnvironmentValue,
    _ inherited: [String: String],
    _ readFile: (String) throws -> [UInt8]
  ) -> Result<String, Reason> {
    switch source {
    case .literal(let text): .success(text)
    case .fromEnvironment(let name):
      inherited[name].map { .success($0) }
        ?? .failure(
          Reason(
            text: "the variable \"\(name)\" is not set in the environment of the host; set it "
              + "and start the host again"
          )
        )
    case .fromFile(let path): contents(path, readFile)
    }
  }

  private static func contents(
    _ path: String,
    _ readFile: (String) throws -> [UInt8]
  ) -> Result<String, Reason> {
    let bytes: [UInt8]
    do {
      bytes = try readFile(path)
    } catch {
      return .failure(Reason(text: "the secret file \"\(path)\" \(cause(error))"))
    }
    guard !bytes.contains(0), var text = String(validating: bytes, as: UTF8.self) else {
      return .failure(
        Reason(text: "the secret file \"\(path)\" is not UTF-8 text without zero bytes")
      )
    }
    if text.last == "\n" || text.last == "\r\n" { text.removeLast() }
    if text.isEmpty { return .failure(Reason(text: "the secret file \"\(path)\" is empty")) }
    return .success(text)
  }

  private static func cause(_ error: any Error) -> String {
    if error is NotAPlainFile { return "is not a plain file" }
    guard let error = error as? SystemError else { return "cannot be read" }
    if error.isNotFound { return "does not exist; write the value into it" }
    if error.isTooLarge { return "has more than 64 KiB" }
    return "cannot be read: \(error.reason) (\(error.symbol))"
  }
}

/// Reads a secret's file.
///
/// A pipe or a device could keep the reader waiting for ever, and with it every location.
private func readSecret(_ path: String) throws -> [UInt8] {
  if let status = try Files.status(path), !status.isRegular { throw NotAPlainFile() }
  return try Files.read(path, limitBytes: 64 * 1024)
}

private struct NotAPlainFile: Error {}
