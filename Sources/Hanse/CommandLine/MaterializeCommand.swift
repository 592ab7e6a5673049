import HanseModel
import HanseSystem

/// `materialize`: makes assets in this process, for a person who watches.
struct MaterializeCommand: Sendable {
  /// Where values are kept unless somebody says otherwise: apart from what a host keeps, so that a
  /// try does not change what others read.
  private static let defaultStorage = ".hanse/values"
  private static let configLimitBytes = 16 << 20

  private let options: LocationCommand.MaterializeOptions
  private let name: String

  init(_ options: LocationCommand.MaterializeOptions, _ name: String) {
    self.options = options
    self.name = name
  }

  /// Runs to the end and returns the exit status.
  func run(_ definitions: Definitions) async -> Int32 {
    do {
      return await materialize(definitions, try readConfig())
    } catch {
      return refuse("--config: \(error)")
    }
  }

  private func materialize(
    _ definitions: Definitions,
    _ config: [String: JSONValue]
  ) async -> Int32 {
    do {
      let result = try await Hanse.materialize(
        definitions,
        selection: options.selection,
        partition: options.partition.map { PartitionKey($0) },
        config: config,
        io: .fileSystem(storage),
        pause: { try await Task.sleep(for: $0) },
        onEvent: { event in
          if let line = StepLines.line(for: event) { say(line) }
        }
      )
      for problem in result.resourceErrors { say("       \(problem)") }
      if let hint = StepLines.hint(for: result, storage: storage) {
        LocationProgram.say("\(name): \(hint)", on: StandardStreams.standardError)
      }
      let isTold = LocationProgram.answer(StepLines.summary(of: result), name)
      return result.succeeded ? isTold : 1
    } catch {
      return refuse("\(error)")
    }
  }

  private var storage: String { options.storage ?? Self.defaultStorage }

  private func readConfig() throws -> [String: JSONValue] {
    guard let text = options.config else { return [:] }
    let value: JSONValue
    if text.hasPrefix("@") {
      let path = String(text.dropFirst())
      value = try JSONValue.decode(Files.read(path, limitBytes: Self.configLimitBytes))
    } else {
      value = try JSONValue(parsing: text)
    }
    guard let members = value.objectMembers else {
      throw LocationCommand.UsageError(
        description: "expected an object of configurations by asset key or operation, found "
          + value.kindDescription
      )
    }
    return Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }
  }

  private func say(_ text: String) { LocationProgram.say(text, on: StandardStreams.standardOutput) }

  private func refuse(_ message: String) -> Int32 {
    LocationProgram.say("\(name): \(message)", on: StandardStreams.standardError)
    return 2
  }
}
