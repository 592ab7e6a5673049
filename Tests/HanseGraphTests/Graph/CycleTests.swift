import HanseModel
import Testing

@testable import HanseGraph

@Suite struct CycleTests {
  @Test func `a cycle across locations is told to each of them with the whole path`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a: b", "free"), location("y", "b: a"),
    ])
    #expect(
      diagnostics == [
        Diagnostic(
          .dependencyCycle,
          severity: .error,
          location: "x",
          asset: "a",
          message: """
            asset "a" depends on itself: a (location x) -> b (location y) -> a; the assets on the \
            cycle cannot run (each arrow points from an asset to one that it depends on)
            """,
          fix: "Remove one of these dependencies."
        ),
        Diagnostic(
          .dependencyCycle,
          severity: .error,
          location: "y",
          asset: "b",
          message: """
            asset "b" depends on itself: b (location y) -> a (location x) -> b; the assets on the \
            cycle cannot run (each arrow points from an asset to one that it depends on)
            """,
          fix: "Remove one of these dependencies."
        ),
      ]
    )
    #expect(graph.nodes.map(\.isRunnable) == [false, false, true])
  }

  @Test func `an asset that depends on itself alone is a cycle`() {
    let (graph, diagnostics) = AssetGraph.merge([location("x", "a: a")])
    #expect(graph.node(for: "a")?.blockage == .onCycle(path: "a (location x) -> a"))
    #expect(diagnostics.map(\.code) == [.dependencyCycle])
  }

  @Test func `what is behind a cycle is one diagnostic a location`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a: b", "b: a", "c: a"),
      location("y", "d1: c", "d2: d1", "d3: d2", "d4: d3", "e"),
    ])
    #expect(diagnostics.map(\.code) == [.dependencyCycle, .behindCycle, .behindCycle])
    #expect(
      diagnostics.suffix(2).map(\.message) == [
        """
        1 asset of location "x" cannot run, being behind a dependency cycle: "c"
        """,
        """
        4 assets of location "y" cannot run, being behind a dependency cycle: "d1", "d2", "d3" \
        and 1 more
        """,
      ]
    )
    #expect(graph.node(for: "d4")?.blockage == .behindCycle(of: "a"))
    #expect(graph.node(for: "e")?.isRunnable == true)
  }

  @Test func `what is upstream of a cycle can run`() {
    let (graph, _) = AssetGraph.merge([location("x", "top", "a: b top", "b: a")])
    #expect(graph.node(for: "top")?.isRunnable == true)
  }

  @Test func `dependencies inside an operation are fine`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", [asset("a", by: "load"), asset("b", from: "a", by: "load")])
    ])
    #expect(diagnostics.isEmpty)
    #expect(graph.nodes.allSatisfy { $0.isRunnable })
  }

  @Test func `a cycle inside an operation stops all that it makes`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location(
        "x",
        [
          asset("a", from: "b", by: "load"), asset("b", from: "a", by: "load"),
          asset("c", by: "load"),
        ]
      )
    ])
    #expect(diagnostics.map(\.code) == [.dependencyCycle, .behindCycle])
    #expect(graph.nodes.map(\.isRunnable) == [false, false, false])
  }

  @Test func `an operation that would run before and after another step is refused`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", [asset("a", by: "load"), asset("c", from: "b", by: "load")]),
      location("y", "b: a", "d: c", "e"),
    ])
    #expect(graph.nodes.map(\.isRunnable) == [false, false, false, false, true])
    #expect(diagnostics.map(\.code) == [.invalidOperation, .invalidOperation, .behindCycle])
    #expect(
      diagnostics.first?.message == """
        the step of asset "a" depends on itself: operation load (location x) -> b (location y) -> \
        operation load; its assets cannot run (each arrow points from a step to one that it \
        depends on)
        """
    )
    #expect(
      diagnostics.first?.fix == """
        Split the operation, so that what comes before and what comes after the others are made \
        by different steps.
        """
    )
  }

  @Test func `operations of one name in two locations are two steps`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", [asset("a", by: "load"), asset("b", by: "load")]),
      location("y", [asset("c", from: "a", by: "load"), asset("d", by: "load")]),
    ])
    #expect(diagnostics.isEmpty)
    #expect(graph.stepCount == 2)
  }

  @Test func `the path of a long cycle has its middle left out`() {
    let assets = (0..<1_000).map {
      asset(AssetKey("k\($0)"), from: AssetKey("k\(($0 + 1) % 1_000)"))
    }
    let (_, diagnostics) = AssetGraph.merge([location("x", assets)])
    #expect(diagnostics.count == 1)
    #expect(diagnostics[0].message.contains("k14 (location x) -> (970 more) -> k985 (location x)"))
    #expect(diagnostics[0].message.contains("k999 (location x) -> k0;"))
  }
}
