import HanseModel
import HanseSystem

/// The command line as a whole: parses, dispatches, and turns every error into words and a status.
enum Tool {
  static let version = "0.1.0"

  static func run(_ arguments: [String], environment: [String: String]) -> CommandStatus {
    Signals.ignoreBrokenPipe()
    let invocation: Invocation
    do throws(UsageError) {
      invocation = try ArgumentParser.parse(arguments)
    } catch {
      Console(environment: environment).fail(UsageMessages.text(error))
      return .wrongUsage
    }
    let console = Console(
      color: invocation.value(OptionSyntax.color.name),
      isQuiet: invocation.has(OptionSyntax.quiet.name),
      isJSON: invocation.has(OptionSyntax.json.name),
      environment: environment
    )
    do {
      return try dispatch(invocation, console, environment)
    } catch let error as OutputClosed {
      if error.status != .good { console.fail(Messages.cannotWriteOutput(error.cause)) }
      return error.status
    } catch let error as UsageError {
      console.fail(UsageMessages.text(error))
      return .wrongUsage
    } catch let error as CommandError {
      console.fail(error.message)
      return error.status
    } catch {
      console.fail("\(error)".visible)
      return .failed
    }
  }

  private static func dispatch(
    _ invocation: Invocation,
    _ console: Console,
    _ environment: [String: String]
  ) throws -> CommandStatus {
    switch invocation.command {
    case .`init`: return try InitCommand.run(invocation, console)
    case .drill where invocation.has("list"): return try FaultList.show(invocation, console)
    case .conform: return try ConformCommand(invocation, console).run()
    case .version: return try printVersion(console)
    case .help: return try printHelp(invocation, console)
    case .dev, .check, .locations, .reload, .assets, .graph, .materialize, .runs, .run, .cancel,
      .queue, .events, .logs, .drill, .doctor:
      return try WorkspaceCommands.run(invocation, console, environment)
    }
  }

  private static func printVersion(_ console: Console) throws -> CommandStatus {
    if console.isJSON {
      try console.document(JSONValue.object([.init("version", .string(version))]))
    } else {
      try console.line("hanse \(version)")
    }
    return .good
  }

  private static func printHelp(
    _ invocation: Invocation,
    _ console: Console
  ) throws -> CommandStatus {
    guard let word = invocation.operands.first else {
      try console.lines(HelpPage.overview())
      return .good
    }
    guard let name = CommandName(rawValue: word) else {
      let known = CommandName.allCases.map(\.rawValue)
      throw UsageError.unknownCommand(word, nearest: Spelling.nearest(to: word, among: known))
    }
    try console.lines(HelpPage.page(of: name.syntax))
    return .good
  }
}
