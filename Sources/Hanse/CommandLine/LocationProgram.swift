import Dispatch
import HanseModel
import HanseSystem

/// A location's program: what happens from its first instruction to its exit status.
package enum LocationProgram {
  /// Does what the arguments say and ends the process.
  ///
  /// - Parameters:
  ///   - location: What to serve, describe or run.
  ///   - arguments: What follows the program's name.
  package static func run(
    _ location: (some CodeLocation).Type,
    arguments: [String] = Array(CommandLine.arguments.dropFirst())
  ) -> Never {
    let name = Paths.name(of: CommandLine.arguments.first ?? "location")
    do {
      let command = try LocationCommand(arguments)
      SelfProcess.exit(perform(command, location, name))
    } catch {
      say("\(name): \(error)\nTry \"\(name) --help\".", on: StandardStreams.standardError)
      SelfProcess.exit(2)
    }
  }

  private static func perform(
    _ command: LocationCommand,
    _ location: (some CodeLocation).Type,
    _ name: String
  ) -> Int32 {
    switch command {
    case .help: return answer(LocationHelp.help(program: name), name)
    case .version: return answer("\(name) (\(LibraryVersion.name) \(LibraryVersion.text))", name)
    case .introduce: return introduce(location.init().definitions, name)
    case .serve: serve(location, name)
    case .describe(let json):
      let definitions = location.init().definitions
      for problem in definitions.problems {
        say("\(name): \(problem)", on: StandardStreams.standardError)
      }
      return answer(LocationDescription(definitions, json: json).text, name)
    case .materialize(let options):
      let materialize = MaterializeCommand(options, name)
      let definitions = location.init().definitions
      // Nobody cancels the task: the process ends with it, or by Ctrl-C before.
      Task { @concurrent in SelfProcess.exit(await materialize.run(definitions)) }
      serveMainActor()
    }
  }

  private static func introduce(_ definitions: Definitions, _ name: String) -> Int32 {
    let wire = definitions.wire
    let text = LocationHelp.introduction(
      program: name,
      assets: wire.assets.count,
      checks: wire.checks.count
    )
    // A program that starts it without arguments wants something else, and should hear so.
    let isPerson = Terminal.isTerminal(StandardStreams.standardInput)
    if isPerson { return answer(text, name) }
    say(text, on: StandardStreams.standardError)
    return 2
  }

  private static func serve(_ location: (some CodeLocation).Type, _ name: String) -> Never {
    if Terminal.isTerminal(StandardStreams.standardInput) {
      say(
        "\(name): \"serve\" waits for a host to speak to it; for people there is"
          + " \"\(name) describe\" (leave with Ctrl-D)",
        on: StandardStreams.standardError
      )
    }
    do {
      Signals.ignoreBrokenPipe()
      let output = try StandardStreams.takeStandardOutput()
      let input = try StandardStreams.takeStandardInput()
      StandardStreams.bufferOutputByLine()
      let server = LocationServer(input: input, output: output)
      try server.start()
      let definitions = location.init().definitions
      server.loaded.set(
        LocationServer.Loaded(definitions: definitions, environment: .process)
      )
      // Said while the host reads them already: it judges for itself.
      for problem in definitions.problems { ServeLog.write("\(problem)") }
      try OSThread.start(name: "hanse-end") {
        // Not `exit`: what runs at exit would race with bodies that do not end.
        SelfProcess.exitNow(server.waitForEnd())
      }
      serveMainActor()
    } catch {
      say("\(name): cannot serve: \(error)", on: StandardStreams.standardError)
      SelfProcess.exit(1)
    }
  }

  /// Gives the main thread to the main actor, for the team's code that is bound to it.
  private static func serveMainActor() -> Never { dispatchMain() }

  /// Says what was asked for; the exit status tells whether it could be said.
  static func answer(_ text: String, _ name: String) -> Int32 {
    do throws(SystemError) {
      try StandardStreams.standardOutput.writeAll(Array("\(text)\n".utf8))
      return 0
    } catch {
      say(
        "\(name): standard output cannot be written: \(error)",
        on: StandardStreams.standardError
      )
      return 1
    }
  }

  static func say(_ text: String, on stream: Descriptor) {
    do {
      try stream.writeAll(Array("\(text)\n".utf8))
    } catch {
      // Whoever asked does not read the answer.
    }
  }
}
