import Hanse
import HanseSystem

/// What the fixture defines beside the rest, when the variable `FIXTURE` says so.
extension Fixture {
  /// Under `metadata`: an asset and a check with an entry of every kind.
  @DefinitionsBuilder var described: Definitions {
    let described = Asset(key("described")) { context in
      for (name, value) in EveryKind.metadata { context.addMetadata(name, value) }
      return 1
    }
    described
    Check("every_kind", on: described) { _ in
      .passed("as it should be", metadata: EveryKind.metadata)
    }
  }

  /// Under `vast`: assets with 600,000 bytes in each text, which go on like that about each value.
  @DefinitionsBuilder var vast: Definitions {
    let text = String(repeating: "x", count: 600_000)
    for index in 0..<12 {
      let asset = Asset(key("vast\(index)")) { context in
        context.addMetadata("text", .text(text))
        return index
      }
      .description(text)
      .group(text)
      asset
      Check("check", on: asset) { _ in .passed(text) }
    }
  }

  /// Under `resources`: what is opened and closed, told on standard error.
  ///
  /// `opens` opens `second` and then `first`; `holds` opens `first` and waits until it is cancelled.
  /// Nobody asks for `unused`.
  @DefinitionsBuilder var resourceful: Definitions {
    let (first, second, unused) = (noisy("first"), noisy("second"), noisy("unused"))
    first
    second
    unused
    Asset(key("opens")) { context in
      [try await context.resource(second), try await context.resource(first)]
    }
    Asset(key("holds")) { context -> String in
      let value = try await context.resource(first)
      context.logger.info("holding \(value)")
      await Misbehaviour.untilCancelled()
      try Misbehaviour.tell("let go of \(value)")
      throw CancellationError()
    }
  }

  private func noisy(_ name: String) -> Resource<String> {
    Resource(name) { _ in
      try Misbehaviour.tell("opened \(name)")
      return name
    } close: { name in
      try Misbehaviour.tell("closed \(name)")
    }
  }
}

/// An entry of every kind of metadata, each with a value that is easily lost on the way.
private enum EveryKind {
  static let metadata: [String: MetadataValue] = [
    "bool": true,
    "bytes": .bytes(9_007_199_254_740_993),
    "duration": .duration(.milliseconds(90_061_007)),
    "integer": .integer(Int64.max),
    "json": .json(["a": [1, 2.5, nil, "ü\n"], "b": ["c": false]]),
    "markdown": .markdown("# Title\n\n*rows*: `3`"),
    "number": .number(0.1),
    "path": .path("/data/ä b/2024.csv"),
    "table": .table(
      MetadataValue.Table(
        columns: ["station", "mean"],
        rows: [["Seattle", 11.5], ["San Francisco", nil]]
      )
    ),
    "text": "two\tcells, \"quoted\"",
    "time": .time(Timestamp(milliseconds: 1_711_843_200_007)),
    "url": .url("https://example.org/report?a=1&b=%20"),
  ]
}
