import HanseModel
import Testing

@testable import HanseGraph

/// Definitions with a number that no step can be run with.
@Suite struct InvalidSettingTests {
  private func asset(_ members: String, key: String = "a") throws -> AssetDefinition {
    try AssetDefinition.decode("{\"key\":\"\(key)\",\(members)}")
  }

  @Test(arguments: [
    (
      #""timeoutMilliseconds":-5"#, "has a timeout of -5 ms",
      "Give it at least 1 ms, or leave the timeout out."
    ),
    (
      #""timeoutMilliseconds":0"#, "has a timeout of 0 ms",
      "Give it at least 1 ms, or leave the timeout out."
    ),
    (
      #""retry":{"maxRetries":-1}"#, "is to be tried again -1 times",
      "Give it 0 or more retries, or leave the retries out."
    ),
    (
      #""retry":{"maxRetries":1,"delayMilliseconds":-7}"#, "has a retry delay of -7 ms",
      "Give it a delay of 0 ms or more, or leave the delay out."
    ),
    (
      #""pools":{"ok":1,"p":-2}"#, #"takes -2 units of pool "p""#,
      "Take at least one, or leave the pool out."
    ),
  ])
  func `it costs its asset an error and the run, and the location's others nothing`(
    members: String,
    what: String,
    fix: String
  ) throws {
    let source = #","source":{"file":"A.swift","line":3}"#
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", [try asset(members + source), AssetDefinition(key: "b")])
    ])
    #expect(
      diagnostics == [
        Diagnostic(
          .invalidSetting,
          severity: .error,
          location: "x",
          asset: "a",
          message: "asset \"a\" \(what); it cannot run",
          fix: fix,
          source: SourcePlace(file: "A.swift", line: 3)
        )
      ]
    )
    #expect(graph.node(for: "a")?.isRunnable == false)
    #expect(graph.node(for: "a")?.blockage?.description == "it \(what)")
    #expect(graph.node(for: "b")?.isRunnable == true)
  }

  @Test func `the least numbers that mean something can be run`() throws {
    let members =
      #""timeoutMilliseconds":1,"retry":{"maxRetries":0,"delayMilliseconds":0},"pools":{"p":1}"#
    let (graph, diagnostics) = AssetGraph.merge([location("x", [try asset(members)])])
    #expect(diagnostics.isEmpty && graph.node(for: "a")?.isRunnable == true)
  }

  @Test func `the assets of its step cannot run either`() throws {
    let step = #""operation":"both""#
    let (graph, diagnostics) = AssetGraph.merge([
      location(
        "x",
        [
          try asset(step), try asset(#"\#(step),"timeoutMilliseconds":-5"#, key: "b"),
          AssetDefinition(key: "c"),
        ]
      )
    ])
    #expect(diagnostics.map(\.asset) == ["b"])
    #expect(
      graph.node(for: "a")?.blockage?.description
        == #"asset "b", of the same step, has a timeout of -5 ms"#
    )
    #expect(graph.node(for: "b")?.blockage?.description == "it has a timeout of -5 ms")
    #expect(graph.node(for: "c")?.isRunnable == true)
  }

  @Test func `a check with one is left out, with an error for each`() throws {
    let members = #""timeoutMilliseconds":-5,"retry":{"maxRetries":-1}"#
    let bad = try CheckDefinition.decode(#"{"name":"bad","asset":"a",\#(members)}"#)
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a", checks: [bad, CheckDefinition(name: "good", asset: "a")])
    ])
    #expect(graph.node(for: "a")?.checks.map(\.name) == ["good"])
    #expect(graph.node(for: "a")?.isRunnable == true)
    #expect(diagnostics.map(\.code) == [.invalidSetting, .invalidSetting])
    #expect(
      diagnostics.map(\.message) == [
        #"check "bad" of asset "a" has a timeout of -5 ms; the check is left out"#,
        #"check "bad" of asset "a" is to be tried again -1 times; the check is left out"#,
      ]
    )
  }
}
