import HanseModel
import Testing

@testable import HanseGraph

/// A recursion over the graph would overflow the stack on these.
@Suite(.timeLimit(.minutes(10))) struct LongChainTests {
  private static let length = 100_000

  private func chain(closed: Bool) -> AssetGraph {
    let assets = (0..<Self.length).map { number in
      let upstream = number == 0 ? Self.length - 1 : number - 1
      let isFirst = number == 0 && !closed
      return AssetDefinition(
        key: AssetKey("k\(number)"),
        dependencies: isFirst ? [] : [Dependency(AssetKey("k\(upstream)"))]
      )
    }
    return AssetGraph.merge([location("x", assets)]).graph
  }

  @Test func `a chain of 100,000 assets merges, is selected and is planned`() throws {
    let graph = chain(closed: false)
    #expect(graph.nodeCount == Self.length)
    let selected = try AssetSelection.parse("+k99999").resolve(in: graph)
    #expect(selected.count == Self.length)
    let few = try AssetSelection.parse("2+k50000+1").resolve(in: graph)
    #expect(few.map { graph.nodes[$0].key } == ["k49998", "k49999", "k50000", "k50001"])

    let request = RunRequest(selection: "+k99999")
    let plan = try RunPlanner.plan(selection: selected, graph: graph, request: request)
    #expect(plan.steps.count == Self.length)
    #expect(plan.steps.last?.key == "k99999")
    #expect(plan.steps.last?.dependsOn == [Self.length - 2])
  }

  @Test func `a ring of 100,000 assets is one cycle`() {
    let graph = chain(closed: true)
    #expect(!graph.nodes.contains { $0.isRunnable })
  }
}
