import HanseModel
import Testing

@testable import HanseGraph

@Suite struct RunPlannerTests {
  private func plan(
    _ selection: String,
    in locations: [LocationInput],
    config: [String: JSONValue] = [:]
  ) throws -> RunPlan {
    let graph = AssetGraph.merge(locations).graph
    return try RunPlanner.plan(
      selection: try AssetSelection.parse(selection).resolve(in: graph),
      graph: graph,
      request: RunRequest(selection: selection, config: config)
    )
  }

  private func error(
    _ selection: String,
    in locations: [LocationInput],
    config: [String: JSONValue] = [:]
  ) -> PlanError? {
    #expect(throws: PlanError.self) { try plan(selection, in: locations, config: config) }
  }

  /// The steps as `key < dependency dependency`.
  private func text(_ plan: RunPlan) -> [String] {
    plan.steps.map { step in
      let dependencies = step.dependsOn.map { plan.steps[$0].key.text }
      return dependencies.isEmpty
        ? step.key.text : "\(step.key) < \(dependencies.joined(separator: " "))"
    }
  }

  @Test func `steps come in the order of dependencies, and of keys among equals`() throws {
    let plan = try plan("*", in: [location("x", "a: z", "z: m", "m"), location("y", "b: a m")])
    #expect(text(plan) == ["m", "z < m", "a < z", "b < m a"])
    #expect(plan.steps.map(\.location) == ["x", "x", "x", "y"])
    #expect(plan.steps.map(\.assets) == [["m"], ["z"], ["a"], ["b"]])
  }

  @Test func `only steps of the plan are depended on`() throws {
    let plan = try plan("a or c", in: [location("x", "a", "b: a", "c: b a")])
    #expect(text(plan) == ["a", "c < a"])
  }

  @Test func `one asset of an operation takes the whole operation`() throws {
    let locations = [
      location(
        "x",
        [
          asset("in"), asset("a", from: "in", by: "load"), asset("b", from: "a", by: "load"),
          asset("out", from: "b"),
        ]
      )
    ]
    let plan = try plan("a or out or in", in: locations)
    #expect(text(plan) == ["in", "load@x < in", "out < load@x"])
    #expect(plan.steps[1].assets == ["a", "b"])
  }

  @Test func `checks are steps after their asset, and blocking ones hold up what is downstream`()
    throws
  {
    let checks = [
      CheckDefinition(name: "soft", asset: "a", severity: .error, blocking: false),
      CheckDefinition(name: "warn", asset: "a", severity: .warning, blocking: true),
      CheckDefinition(
        name: "hard",
        asset: "a",
        severity: .error,
        blocking: true,
        retry: RetryPolicy(maxRetries: 2),
        timeoutMilliseconds: 7
      ),
    ]
    let plan = try plan("*", in: [location("x", "a", checks: checks), location("y", "b: a")])
    #expect(text(plan) == ["a", "a:hard < a", "a:soft < a", "a:warn < a", "b < a a:hard"])
    #expect(plan.steps[1].check == "hard")
    #expect(plan.steps[1].assets == ["a"])
    #expect(plan.steps[1].location == "x")
    #expect(plan.steps[1].retry == RetryPolicy(maxRetries: 2))
    #expect(plan.steps[1].timeoutMilliseconds == 7)
    #expect(plan.steps[0].check == nil)
  }

  @Test func `policies are copied, and an operation takes what is enough for all its assets`()
    throws
  {
    var first = asset("a", by: "load")
    first.pools = ["warehouse": 1, "api": 2]
    first.timeoutMilliseconds = 100
    var second = asset("b", by: "load")
    second.pools = ["warehouse": 3]
    second.timeoutMilliseconds = 500
    second.retry = RetryPolicy(maxRetries: 4)
    second.configSchema = ["type": "object"]
    let plan = try plan("a", in: [location("x", [first, second])], config: ["b": ["n": 1]])
    #expect(
      plan.steps == [
        PlannedStep(
          key: "load@x",
          location: "x",
          assets: ["a", "b"],
          retry: RetryPolicy(maxRetries: 4),
          timeoutMilliseconds: 500,
          pools: ["warehouse": 3, "api": 2],
          config: ["n": 1]
        )
      ]
    )
  }

  @Test func `external assets are left out`() throws {
    let plan = try plan("*", in: [location("x", "a: lake")])
    #expect(text(plan) == ["a"])
    let error = error("lake", in: [location("x", "a: lake")])
    #expect(error?.code == .nothingToMaterialize)
    #expect(
      error?.description == """
        the selection "lake" matches no asset that can be materialized: "lake" is external, \
        no location defines it
        """
    )
  }

  @Test func `an empty selection is an error`() {
    let error = error("kind:csv", in: [location("x", "a")])
    #expect(error?.code == .nothingToMaterialize)
    #expect(
      error?.description == """
        the selection "kind:csv" matches no asset that can be materialized; \
        list what there is with "hanse assets"
        """
    )
  }

  @Test func `assets on and behind a cycle are refused with the reason`() throws {
    let locations = [location("x", "a: b", "fine"), location("y", "b: a", "c: b")]
    let plan = try plan("fine", in: locations)
    #expect(text(plan) == ["fine"])
    let error = error("a or c", in: locations)
    #expect(error?.code == .notRunnable)
    #expect(
      error?.description == """
        the selection "a or c" holds assets that cannot run: asset "a" of location "x" cannot run: \
        it depends on itself: a (location x) -> b (location y) -> a; asset "c" of location "y" \
        cannot run: it is behind the dependency cycle of "b"; select without them, or see \
        "hanse check" for what to correct
        """
    )
  }

  @Test(arguments: [
    ("a", "load@x"), ("load@x", "load@x"), ("load", "load@x"), ("single", "single"),
  ])
  func `configuration is given by asset, step or operation`(name: String, step: StepKey) throws {
    let plan = try plan("*", in: RunPlannerTests.configurable, config: [name: 5])
    for planned in plan.steps { #expect(planned.config == (planned.key == step ? 5 : nil)) }
  }

  static let configurable: [LocationInput] = {
    func takingConfig(_ key: AssetKey, by operation: String? = nil) -> AssetDefinition {
      var definition = asset(key, by: operation)
      definition.configSchema = ["type": "object"]
      return definition
    }
    return [
      location(
        "x",
        [
          takingConfig("a", by: "load"), asset("b", by: "load"), takingConfig("single"),
          asset("plain"), takingConfig("p", by: "both"),
        ],
        checks: [CheckDefinition(name: "c", asset: "single")]
      ),
      location("y", [takingConfig("q", by: "both")]),
    ]
  }()

  @Test(
    arguments: [
      (
        ["singel": 1],
        "configuration \"singel\" names no step of this run; did you mean \"single\"?"
      ),
      (
        ["zzzzzz": 1],
        """
        configuration "zzzzzz" names no step of this run; name it by the key of an asset or by an \
        operation that the run holds
        """
      ),
      (
        ["both": 1],
        """
        configuration "both" is for operations of several locations; name it "both@x" or "both@y"
        """
      ),
      (
        ["a": 1, "load": 2],
        "the configurations \"a\" and \"load\" are for one step, \"load@x\"; give one of them"
      ),
      (
        ["plain": 1],
        "configuration \"plain\": step \"plain\" of location \"x\" takes none; remove it"
      ),
      (
        ["single:c": 1],
        "configuration \"single:c\": step \"single:c\" of location \"x\" takes none; remove it"
      ),
    ] as [([String: JSONValue], String)]
  )
  func `a wrong configuration is refused`(config: [String: JSONValue], message: String) {
    #expect(error("*", in: RunPlannerTests.configurable, config: config)?.description == message)
  }

  @Test func `configuration of an asset that is not selected is refused`() {
    let error = error("a", in: RunPlannerTests.configurable, config: ["single": 1])
    #expect(error?.code == .unknownConfiguration)
    #expect(
      error?.description == """
        configuration "single" is for an asset that this run does not materialize; \
        select the asset too, or remove its configuration
        """
    )
  }

  @Test func `a heap gives its numbers in order`() {
    var heap = MinHeap()
    let numbers = (0..<500).map { ($0 * 7919) % 1_009 }
    for number in numbers { heap.insert(number) }
    var taken: [Int] = []
    while let least = heap.popLeast() { taken.append(least) }
    #expect(taken == numbers.sorted())
  }
}
