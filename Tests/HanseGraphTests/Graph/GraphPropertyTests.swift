import HanseModel
import Testing

@testable import HanseGraph

@Suite struct GraphPropertyTests {
  /// Locations with assets, operations and checks, which may have any of the mistakes there are.
  private func randomLocations(_ random: inout SeededRandom, withMistakes: Bool) -> [LocationInput]
  {
    let count = 1 + random.below(4)
    var number = 0
    return (0..<count).map { place in
      var assets: [AssetDefinition] = []
      var checks: [CheckDefinition] = []
      for _ in 0..<random.below(12) {
        // With mistakes any asset may depend on any, even itself, and keys come twice.
        let own = withMistakes ? random.below(20) : number
        let upstreams = (0..<random.below(4)).compactMap { _ -> Dependency? in
          let other = withMistakes ? random.below(22) : (own == 0 ? -1 : random.below(own))
          return other < 0 ? nil : Dependency(AssetKey("k\(other)"))
        }
        var definition = AssetDefinition(key: AssetKey("k\(own)"), dependencies: upstreams)
        if withMistakes, random.below(3) == 0 { definition.operation = "op\(random.below(3))" }
        assets.append(definition)
        if random.below(2) == 0 {
          checks.append(
            CheckDefinition(
              name: "c\(random.below(3))",
              asset: AssetKey("k\(withMistakes ? random.below(20) : own)"),
              blocking: random.below(2) == 0
            )
          )
        }
        number += 1
      }
      return location(
        LocationName("l\(place)"),
        assets,
        checks: checks,
        owns: withMistakes && random.below(4) == 0 ? ["k1*"] : []
      )
    }
  }

  @Test(arguments: SeededRandom.seeds)
  func `a plan has every dependency before its dependents`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (graph, _) = AssetGraph.merge(randomLocations(&random, withMistakes: true))
    let runnable = graph.nodes.indices.filter { graph.nodes[$0].isRunnable }
    let chosen = runnable.filter { _ in random.below(3) > 0 }
    let hasRunnable = chosen.contains { graph.stepMembers(of: $0).allSatisfy(runnable.contains) }
    guard hasRunnable,
      chosen.allSatisfy({ graph.stepMembers(of: $0).allSatisfy(runnable.contains) })
    else { return }
    let request = RunRequest(selection: "*")
    let plan = try RunPlanner.plan(selection: chosen, graph: graph, request: request)

    var placeOfAsset: [AssetKey: Int] = [:]
    for (place, step) in plan.steps.enumerated() {
      #expect(step.dependsOn.allSatisfy { $0 < place })
      #expect(step.dependsOn == Set(step.dependsOn).sorted())
      if step.check == nil { for key in step.assets { placeOfAsset[key] = place } }
    }
    #expect(Set(plan.steps.map(\.key)).count == plan.steps.count)
    #expect(chosen.allSatisfy { placeOfAsset[graph.nodes[$0].key] != nil })
    for (key, place) in placeOfAsset {
      let index = try #require(graph.index(of: key))
      for upstream in graph.upstreamKeys(of: graph.nodes[index].key) {
        guard let before = placeOfAsset[AssetKey(upstream)], before != place else { continue }
        #expect(plan.steps[place].dependsOn.contains(before))
      }
    }
    let shuffled = chosen.shuffled(using: &random)
    #expect(try RunPlanner.plan(selection: shuffled, graph: graph, request: request) == plan)
  }

  @Test(arguments: SeededRandom.seeds)
  func `without two definitions of one key the order of locations does not matter`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    let locations = randomLocations(&random, withMistakes: false)
    let (graph, diagnostics) = AssetGraph.merge(locations)
    let (other, otherDiagnostics) = AssetGraph.merge(locations.shuffled(using: &random))
    #expect(graph.nodes == other.nodes)
    #expect(diagnostics == otherDiagnostics)
    for index in graph.nodes.indices {
      #expect(graph.upstream(of: index) == other.upstream(of: index))
      #expect(graph.downstream(of: index) == other.downstream(of: index))
    }
  }

  @Test(arguments: SeededRandom.seeds)
  func `whatever locations define, merging is consistent and repeatable`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let locations = randomLocations(&random, withMistakes: true)
    let (graph, diagnostics) = AssetGraph.merge(locations)
    let (again, againDiagnostics) = AssetGraph.merge(locations)
    #expect(graph.nodes == again.nodes)
    #expect(diagnostics == againDiagnostics)
    #expect(graph.keys == Set(graph.keys).sorted())
    // With the graph before at hand, nothing changes hands.
    let (kept, _) = AssetGraph.merge(locations.shuffled(using: &random), previous: graph)
    #expect(kept.nodes.map(\.location) == graph.nodes.map(\.location))
    for index in graph.nodes.indices {
      #expect(graph.index(of: graph.nodes[index].key) == index)
      for upstream in graph.upstream(of: index) {
        #expect(graph.downstream(of: upstream).contains(index))
        // What is behind an asset that is on a cycle, or behind one, cannot run either.
        if !graph.nodes[upstream].isExternal, !graph.nodes[upstream].isRunnable {
          #expect(!graph.nodes[index].isRunnable)
        }
      }
      #expect(isOnCycle(index, in: graph) == false || !graph.nodes[index].isRunnable)
    }
  }

  /// Whether an asset is upstream of itself, by the definition of a cycle and nothing cleverer.
  private func isOnCycle(_ index: Int, in graph: AssetGraph) -> Bool {
    graph.reachable(from: Array(graph.upstream(of: index)), upstream: true)[index]
  }
}
