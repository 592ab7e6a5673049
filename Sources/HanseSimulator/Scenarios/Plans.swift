package import HanseModel

/// A plan of steps named `s0`, `s1` and so on, each making the asset of its name.
package enum Plans {
  package static func step(
    _ position: Int,
    at location: LocationName = "a",
    after dependsOn: [Int] = [],
    retries: Int = 0,
    timeout: Int64? = nil
  ) -> PlannedStep {
    PlannedStep(
      key: StepKey("s\(position)"),
      location: location,
      assets: [AssetKey("s\(position)")],
      dependsOn: dependsOn,
      retry: RetryPolicy(maxRetries: retries, delay: .seconds(1)),
      timeoutMilliseconds: timeout
    )
  }

  package static func creation(_ steps: [PlannedStep]) -> EventPayload.RunCreation {
    .init(request: RunRequest(selection: "*"), plan: RunPlan(steps: steps))
  }

  /// A random graph in which each step comes after those it depends on.
  package static func random(
    _ count: Int,
    among locations: [LocationName],
    _ chance: inout Chance
  ) -> EventPayload.RunCreation {
    var steps: [PlannedStep] = []
    for position in 0..<count {
      var before: Set<Int> = []
      if position > 0 {
        for _ in 0..<chance.below(4) { before.insert(chance.below(position)) }
      }
      steps.append(
        step(
          position,
          at: chance.pick(locations) ?? "a",
          after: before.sorted(),
          retries: chance.below(3),
          timeout: chance.isHeads(oneIn: 3) ? 4000 : nil
        )
      )
    }
    return creation(steps)
  }
}
