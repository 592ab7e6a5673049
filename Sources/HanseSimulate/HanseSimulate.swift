import HanseModel
import HanseSimulator
import HanseSystem

/// Runs the simulator over seeds, and says how fast it was and what it saw.
@main enum HanseSimulate {
  static let help = """
    hanse-simulate: runs the control plane in worlds made from seeds

      --seeds N       how many worlds (1000)
      --from S        the first seed (1)
      --trace SEED    one world, with all that happens in it
      --digest        a line for each world that is the same for all that happens in it, in every process
      --sweep         kills the host after each single effect of small worlds
      --break NAME    puts a defect into each world, to see that it is found
      --all           goes on after a world that fails
      --verbose       says each seed before it runs, for a world that ends the program
      --json          one JSON document
    """

  static func main() {
    var rest = Array(CommandLine.arguments.dropFirst().reversed())
    var (seeds, from): (UInt64, UInt64) = (1000, 1)
    var traced: UInt64?
    var mutation: Mutation?
    var (isJSON, isVerbose, isSweep, isDigest, goesOn) = (false, false, false, false, false)
    while let argument = rest.popLast() {
      func number() -> UInt64 {
        guard let text = rest.popLast(), let value = UInt64(text) else {
          fail("\(argument) takes a number")
        }
        return value
      }
      switch argument {
      case "--seeds": seeds = number()
      case "--from": from = number()
      case "--trace": traced = number()
      case "--all": goesOn = true
      case "--sweep": isSweep = true
      case "--digest": isDigest = true
      case "--break":
        let name = rest.popLast() ?? ""
        mutation = Mutation(rawValue: name)
        if mutation == nil {
          fail("--break takes one of \(Mutation.allCases.map(\.rawValue).joined(separator: " "))")
        }
      case "--json": isJSON = true
      case "--verbose": isVerbose = true
      case "--help", "-h":
        print(help)
        return
      default: fail("there is no option \"\(argument)\"\n\n\(help)")
      }
    }
    if isSweep { return sweep(from..<(from + min(seeds, 20)), mutation) }
    if isDigest { return digest(from..<(from + seeds)) }
    if let traced { return trace(Swarm.scenario(seed: traced), mutation) }
    let report = Sweep(
      from: from,
      count: seeds,
      mutation: mutation,
      isVerbose: isVerbose,
      goesOn: goesOn
    ).run()
    print(isJSON ? JSONWriter.text(report.json) : report.text)
    guard let (seed, violation) = report.failure else {
      if mutation == nil, !report.unseen.isEmpty { exit(1) }
      return
    }
    if violation.invariant == .neighboursFeelNothing { exit(1) }
    let shrunk = Shrinker.shrink(
      Swarm.scenario(seed: seed),
      failingOf: violation.invariant,
      mutation: mutation
    )
    if !isJSON { trace(shrunk, mutation) }
    exit(1)
  }

  private static func sweep(_ seeds: Range<UInt64>, _ mutation: Mutation?) {
    let start = MonotonicClock.nanoseconds()
    var (points, steps) = (0, 0)
    for seed in seeds {
      for scenario in [Scenario.small(seed: seed), .poisoned(seed: seed), .shared(seed: seed)] {
        for powerLoss in [false, true] {
          let result = CrashSweep.run(scenario, powerLoss: powerLoss, mutation: mutation)
          points += result.points
          steps += result.steps
          guard let (point, violation) = result.failure else { continue }
          print("seed \(seed), host killed after effect \(point): \(violation)")
          exit(1)
        }
      }
    }
    let took = (MonotonicClock.nanoseconds() - start) / 1_000_000
    print("the host was killed after each of \(points) effects: \(steps) events in \(took) ms")
  }

  private static func digest(_ seeds: Range<UInt64>) {
    for seed in seeds { print("\(seed) \(Simulation.digest(seed: seed))") }
  }

  private static func exit(_ code: Int32) -> Never {
    StandardStreams.flushOutput()
    SelfProcess.exit(code)
  }

  private static func trace(_ scenario: Scenario, _ mutation: Mutation?) {
    let outcome = Simulation.run(scenario, mutation: mutation, isTraced: true)
    print("seed \(scenario.seed): \(scenario.operations.count) operations, \(scenario.faults.list)")
    for line in outcome.trace { print(line) }
    print(outcome.violation.map { "\($0)" } ?? "every invariant held")
  }

  private static func fail(_ text: String) -> Never {
    print("hanse-simulate: \(text)")
    exit(2)
  }
}
