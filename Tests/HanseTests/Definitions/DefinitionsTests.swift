import Hanse
import HanseModel
import Testing

struct DefinitionsTests {
  static let good = Asset("good") { context in 1 }

  @Test func `modifiers say everything that the host shows`() throws {
    let asset = Asset("observatory/hourly", line: 7) { context in ["a": [1.5]] }
      .description("Readings")
      .group("weather")
      .owners("team:ingest", "ada@example.org")
      .kinds("csv")
      .tag("tier", "gold")
      .metadata("source", .url("https://example.org"))
      .metadata("rows", 12)
      .codeVersion("3")
      .retry(maxRetries: 3, delay: .seconds(1), backoff: .exponential, jitter: 0.2)
      .timeout(.minutes(2))
      .pool("warehouse", units: 2)
      .onLimit(.coalesce)
    let expected = AssetDefinition(
      key: "observatory/hourly",
      description: "Readings",
      group: "weather",
      owners: ["team:ingest", "ada@example.org"],
      kinds: ["csv"],
      tags: ["tier": "gold"],
      metadata: ["source": .url("https://example.org"), "rows": .integer(12)],
      codeVersion: "3",
      valueType: "[String: [Double]]",
      retry: RetryPolicy(maxRetries: 3, delay: .seconds(1), backoff: .exponential, jitter: 0.2),
      timeoutMilliseconds: 120_000,
      pools: ["warehouse": 2],
      onLimit: .coalesce,
      source: SourcePlace(file: "HanseTests/DefinitionsTests.swift", line: 7)
    )
    #expect(asset.definitions.wire.assets == [expected])
    #expect(asset.definitions.problems == [])
  }

  @Test func `a builder takes conditions, loops, arrays and components of one's own`() {
    struct Pair: DefinitionComponent {
      var definitions: Definitions {
        Asset("pair/a") { context in 1 }
        Asset("pair/b") { context in 2 }
      }
    }
    let isOn = true
    let definitions = Definitions {
      Self.good
      if isOn { Asset("on") { context in 1 } }
      if !isOn { Asset("off") { context in 1 } } else { Asset("else") { context in 1 } }
      for index in 0..<2 { Asset("loop/\(index)") { context in index } }
      ["x", "y"].map { name in Asset("array/\(name)") { context in name } }
      Pair()
      Resource("db") { environment in 1 }
    }
    #expect(
      definitions.wire.assets.map(\.key) == [
        "good", "on", "else", "loop/0", "loop/1", "array/x", "array/y", "pair/a", "pair/b",
      ]
    )
    #expect(definitions.wire.resources == ["db"])
  }

  static let bad: [(Definitions, String)] = [
    (
      Asset("a b", line: 1) { context in 1 }.definitions,
      "HanseTests/DefinitionsTests.swift:1: \"a b\" is no asset key: a segment has a character other"
        + " than A-Z a-z 0-9 _ . -; write segments of A-Z a-z 0-9 _ . - joined by \"/\""
    ),
    (
      Definitions {
        Asset("a", line: 1) { context in 1 }
        Asset("a", line: 2) { context in 1 }
      },
      "HanseTests/DefinitionsTests.swift:2: asset \"a\" is defined twice, first at"
        + " HanseTests/DefinitionsTests.swift:1; remove one, or give it another key"
    ),
    (
      Definitions {
        good
        Check("big", on: External<Int>("goud"), line: 3) { context, value in .passed() }
      },
      "HanseTests/DefinitionsTests.swift:3: check \"big\" is on asset \"goud\", which this location"
        + " does not define; did you mean \"good\"?"
    ),
    (
      Definitions {
        good
        Check("big", on: good, line: 3) { context, value in .passed() }
        Check("big", on: good, line: 4) { context, value in .passed() }
      },
      "HanseTests/DefinitionsTests.swift:4: check \"big\" of asset \"good\" is defined twice, first"
        + " at HanseTests/DefinitionsTests.swift:3; give one another name"
    ),
    (
      Definitions {
        MultiAsset("m", outputs: Output<Int>("x"), line: 5) { context in 1 }
        MultiAsset("m", outputs: Output<Int>("y"), line: 6) { context in 1 }
      },
      "HanseTests/DefinitionsTests.swift:6: multi-asset \"m\" is defined twice, first at"
        + " HanseTests/DefinitionsTests.swift:5; give one another name"
    ),
    (
      Asset("a", after: ["b//c"], line: 1) { context in 1 }.definitions,
      "HanseTests/DefinitionsTests.swift:1: asset \"a\" names the upstream \"b//c\", which is no"
        + " asset key: a segment is empty; write the key as its owner does"
    ),
    (
      Asset("a", line: 1) { context in 1 }.pool("p", units: 0).definitions,
      "HanseTests/DefinitionsTests.swift:1: asset \"a\" takes 0 units of pool \"p\"; take at least"
        + " one, or leave the pool out"
    ),
    (
      Asset("a", line: 1) { context in 1 }.timeout(.milliseconds(-5)).definitions,
      "HanseTests/DefinitionsTests.swift:1: asset \"a\" has a timeout of -5 ms; give it at least 1 ms,"
        + " or leave the timeout out"
    ),
    (
      MultiAsset("m", outputs: Output<Int>("x"), line: 2) { context in 1 }
        .retry(maxRetries: -1).definitions,
      "HanseTests/DefinitionsTests.swift:2: multi-asset \"m\" is to be tried again -1 times; give it 0"
        + " or more retries, or leave the retries out"
    ),
    (
      Definitions {
        good
        Check("big", on: good, line: 3) { context, value in .passed() }
          .retry(maxRetries: 1, delay: .seconds(-1))
      },
      "HanseTests/DefinitionsTests.swift:3: check \"big\" of asset \"good\" has a retry delay of"
        + " -1000 ms; give it a delay of 0 ms or more, or leave the delay out"
    ),
    (
      Definitions {
        Resource("db") { environment in 1 }
        Resource("db") { environment in "1" }
      },
      "resource \"db\" is defined as Int and as String; give one another name"
    ),
  ]

  @Test(arguments: bad)
  func `a wrong definition is a problem with its place, and no trap`(
    definitions: Definitions,
    message: String
  ) async {
    #expect(definitions.problems.map(\.description) == [message])
    let error = await #expect(throws: MaterializeError.self) { try await materialize(definitions) }
    #expect(error?.problems == [message])
  }

  @Test func `of two definitions of one key the first counts`() async {
    let runtime = LocationRuntime {
      Asset("a") { context in context.addMetadata("which", 1) }
      Asset("a") { context in context.addMetadata("which", 2) }
    }
    #expect(await runtime.attempt("a").materializations.first?.metadata == ["which": .integer(1)])
    #expect(runtime.wire.assets.count == 2)
  }

  @Test func `the digest changes with the definitions and with nothing else`() {
    let one = LocationRuntime { Self.good }
    let same = LocationRuntime(environment: ["A": "b"]) { Self.good }
    let other = LocationRuntime { Self.good.codeVersion("2") }
    #expect(one.digest == same.digest)
    #expect(one.digest != other.digest)
  }

  @Test(
    arguments: [
      (["gut"], nil, "this location defines no asset \"gut\""),
      (["goood"], nil, "this location defines no asset \"goood\"; did you mean \"good\"?"),
      ([], nil, "the step names no asset"),
      (["good", "x"], nil, "asset \"good\" does not make asset \"x\""),
      (["good"], "c", "this location defines no check \"c\" of asset \"good\""),
    ] as [([AssetKey], String?, String)]
  )
  func `a step that the location does not know is refused`(
    assets: [AssetKey],
    check: String?,
    message: String
  ) async {
    let attempt = await LocationRuntime { Self.good }.attempt(assets, check: check)
    #expect(attempt.failure == StepFailure(.protocol, message: message, isRetryable: false))
  }
}
