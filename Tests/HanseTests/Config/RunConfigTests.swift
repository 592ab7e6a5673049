import FoundationEssentials
import Hanse
import HanseModel
import Testing

struct RunConfigTests {
  enum Mode: String, Codable, Sendable, CaseIterable { case fast, slow }

  struct Window: Codable, Sendable { var size = 7; var label: String? }

  struct Options: Codable, Sendable, RunConfig {
    var days = 30
    var threshold = 0.5
    var mode = Mode.fast
    var window = Window()
    var stations: [String] = ["seattle"]
    var weights: [String: Double] = [:]
    var limit: Int?
    var port: UInt16 = 80
    var since = Date(timeIntervalSince1970: 0)
    var isDry = false
  }

  static let asset = Asset("climate/daily") { context in
    let options = try context.config(Options.self)
    return
      "\(options.days) \(options.mode) \(options.window.size) \(options.stations) \(options.limit ?? -1)"
  }
  .config(Options.self)

  private func run(_ config: String?) async throws -> Attempt {
    let value = try config.map { try JSONValue(parsing: $0) }
    return await LocationRuntime { Self.asset }.attempt("climate/daily", config: value)
  }

  @Test func `a schema with types, defaults and cases is served`() throws {
    let schema = try #require(Self.asset.definitions.wire.assets.first?.configSchema)
    let expected = """
      {"type":"object","properties":{\
      "days":{"type":"integer","default":30},\
      "threshold":{"type":"number","default":0.5},\
      "mode":{"enum":["fast","slow"],"default":"fast"},\
      "window":{"type":"object","properties":{\
      "size":{"type":"integer","default":7},\
      "label":{"anyOf":[{"type":"string"},{"type":"null"}]}},\
      "additionalProperties":false,"default":{"size":7}},\
      "stations":{"type":"array","items":{"type":"string"},"default":["seattle"]},\
      "weights":{"type":"object","additionalProperties":{"type":"number"},"default":{}},\
      "limit":{"anyOf":[{"type":"integer"},{"type":"null"}]},\
      "port":{"type":"integer","minimum":0,"maximum":65535,"default":80},\
      "since":{"type":"string","format":"date-time","default":"1970-01-01T00:00:00.000Z"},\
      "isDry":{"type":"boolean","default":false}},\
      "additionalProperties":false}
      """
    #expect(schema.text == expected)
  }

  @Test(
    arguments: [
      (nil, "30 fast 7 [\"seattle\"] -1"),
      ("{}", "30 fast 7 [\"seattle\"] -1"),
      (#"{"days": 3}"#, "3 fast 7 [\"seattle\"] -1"),
      (#"{"days": 3.0, "limit": 4}"#, "3 fast 7 [\"seattle\"] 4"),
      (#"{"mode": "slow", "window": {"label": "x"}}"#, "30 slow 7 [\"seattle\"] -1"),
      (#"{"stations": [], "limit": null}"#, "30 fast 7 [] -1"),
    ] as [(String?, String)]
  )
  func `what is given lies over the defaults`(config: String?, text: String) async throws {
    let value = try config.map { try JSONValue(parsing: $0) }
    let result = try await materialize(
      Self.asset,
      config: value.map { ["climate/daily": $0] } ?? [:]
    )
    #expect(try await result.value(of: Self.asset) == text)
  }

  @Test(
    arguments: [
      (#"{"days": "ten"}"#, #"days: expected an integer, found a string ("ten")"#),
      (#"{"days": 2.5}"#, "days: expected an integer, found a number (2.5)"),
      (#"{"days": null}"#, "days: expected an integer, found null"),
      (#"{"dyas": 3}"#, #"unknown member "dyas"; did you mean "days"?"#),
      (
        #"{"mode": "fsat"}"#,
        #"mode: expected one of "fast", "slow", found a string ("fsat"); did you mean "fast"?"#
      ),
      (#"{"window": {"size": true}}"#, "window.size: expected an integer, found a boolean (true)"),
      (
        #"{"window": {"sise": 1}}"#,
        #"window: unknown member "sise"; did you mean "size"?"#
      ),
      (
        #"{"window": {"completely": 1}}"#,
        #"window: unknown member "completely"; the members are "size", "label""#
      ),
      (
        #"{"stations": ["a", 1]}"#,
        "stations[1]: expected a string, found an integer (1)"
      ),
      (#"{"weights": {"a": "b"}}"#, #"weights.a: expected a number, found a string ("b")"#),
      (#"{"port": 70000}"#, "port: expected an integer from 0 to 65535, found 70000"),
      (
        #"{"since": "yesterday"}"#,
        #"since: "yesterday" is not a time such as 2010-07-04T12:00:00.000Z"#
      ),
      ("[1]", "expected an object, found an array"),
      (
        #"{"days": "ten", "dyas": 1, "port": -1}"#,
        """

          unknown member "dyas"; did you mean "days"?
          days: expected an integer, found a string ("ten")
          port: expected an integer from 0 to 65535, found -1
        """
      ),
    ]
  )
  func `a wrong value is told with its path, and all at once`(
    config: String,
    message: String
  ) async throws {
    let attempt = try await run(config)
    #expect(attempt.failure?.code == .config)
    #expect(attempt.failure?.isRetryable == false)
    let start = "config of asset \"climate/daily\":"
    #expect(attempt.failure?.message == start + (message.hasPrefix("\n") ? "" : " ") + message)
  }

  @Test func `an asset without configuration refuses one`() async {
    let plain = Asset("plain") { context in 1 }
    let attempt = await LocationRuntime { plain }.attempt("plain", config: ["days": 1])
    #expect(attempt.failure?.message == "config of asset \"plain\": it takes no configuration")
  }

  @Test func `a body that reads an undeclared configuration is told so`() async {
    let plain = Asset("plain") { context in try context.config(Options.self).days }
    let attempt = await LocationRuntime { plain }.attempt("plain")
    #expect(
      attempt.failure?.message
        == "config of asset \"plain\": the body reads a Options, but the definition declares none"
    )
  }

  struct Strict: Codable, Sendable, RunConfig {
    struct Station: Codable, Sendable { var name: String; var since: Date }
    var stations: [Station] = []
  }

  struct Nothing: Codable, Sendable, RunConfig {}

  @Test func `a member without a default that is missing, or of the wrong form, is told`() async {
    let strict = Asset("strict") { context in try context.config(Strict.self).stations.count }
      .config(Strict.self)
    let attempt = await LocationRuntime { strict }.attempt(
      "strict",
      config: ["stations": [["since": 5]]]
    )
    #expect(
      attempt.failure?.message
        == """
        config of asset "strict":
          stations[0].name: is missing; expected a string
          stations[0].since: expected a time such as "2010-07-04T12:00:00Z", found an integer (5)
        """
    )
    let other = Asset("other") { context in try context.config(Options.self).days }
      .config(Nothing.self)
    #expect(
      await LocationRuntime { other }.attempt("other").failure?.message
        == "config of asset \"other\": the body reads a Options, but the definition declares "
        + ".config(Nothing.self)"
    )
  }

  @Test func `a type that contains itself has a schema with an end`() throws {
    final class Node: Codable, Sendable {
      let next: Node?
      init() { next = nil }
    }
    struct Chain: Codable, Sendable, RunConfig { var head: Node? }
    let asset = Asset("chain") { context in 1 }.config(Chain.self)
    let schema = try #require(asset.definitions.wire.assets.first?.configSchema)
    #expect(schema["type"] == "object")
    #expect(schema["properties"]?["head"] != nil)
  }

  @Test func `a type that contains itself in lists and dictionaries has a schema with an end`()
    throws
  {
    struct Filter: Codable, Sendable, RunConfig {
      var all: [Filter] = []
      var any: Set<String>?
      var named: [String: Filter] = [:]
    }
    let asset = Asset("filter") { context in 1 }.config(Filter.self)
    let schema = try #require(asset.definitions.wire.assets.first?.configSchema)
    #expect(schema["properties"]?["all"]?["items"]?["type"] == "object")
  }
}
