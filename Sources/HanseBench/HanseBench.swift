import HanseModel
import HanseSystem

/// Measures a host on this machine.
///
/// Each repetition of each scenario runs in a process of its own: the program starts itself again
/// with `--measure`, so that no figure holds what an earlier one left in memory.
@main enum HanseBench {
  static func main() {
    do {
      SelfProcess.exit(try run(try Options(CommandLine.arguments.dropFirst())))
    } catch let error as UsageError {
      fail("\(error)\n\n\(Options.help)", status: 2)
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private static func run(_ options: Options) throws -> Int32 {
    switch options.mode {
    case .help: print(Options.help)
    case .list: for scenario in Scenario.all { print("\(scenario.name)  \(scenario.title)") }
    case .echo: try Echo.run()
    case .victim(let file, let steps): try Victim.run(file, steps: steps)
    case .measure(let scenario, let aspect):
      let location = try options.locationProgram()
      let values = try scenario.measure(aspect, location: location)
      print(JSONWriter.text(JSONValue(values)))
      StandardStreams.flushOutput()
    case .report(let scenarios):
      try report(scenarios, options)
    }
    return 0
  }

  private static func report(_ scenarios: [Scenario], _ options: Options) throws {
    let location = try options.locationProgram()
    var results: [ScenarioResult] = []
    for scenario in scenarios {
      note("\(scenario.name) …")
      let runner = Repetitions(scenario: scenario, location: location)
      results.append(try runner.run(options.repetitions))
    }
    let report = Report(machine: Machine.look(), repetitions: options.repetitions, results: results)
    print(options.isJSON ? JSONWriter.text(report.json) : report.table)
  }

  private static func note(_ text: String) {
    guard Terminal.isTerminal(StandardStreams.standardError) else { return }
    write("\(text)\n")
  }

  private static func fail(_ text: String, status: Int32) -> Never {
    write("hanse-bench: \(text)\n")
    SelfProcess.exit(status)
  }

  private static func write(_ text: String) {
    // Nobody reads it; the exit status still tells.
    try? StandardStreams.standardError.writeAll(Array(text.utf8))
  }
}
