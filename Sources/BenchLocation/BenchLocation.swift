import Hanse
import HanseSystem

/// A location with as many assets as it is told to define, for measuring the host.
///
/// | variable | meaning |
/// |---|---|
/// | `BENCH_NAME` | the first segment of its keys (`bench`) |
/// | `BENCH_ASSETS` | how many assets (100) |
/// | `BENCH_SHAPE` | `independent`, or `chain`: each comes after the one before (`independent`) |
/// | `BENCH_BODY` | what a body does: `nothing`, `stamp` (adds the time it started), `value` (returns a number, which the I/O manager stores), `crash` (writes the time to standard error and ends the process) (`nothing`) |
@main struct BenchLocation: CodeLocation {
  private enum Body: String {
    case nothing, stamp, value, crash
  }

  /// The entry of metadata that holds when the body started, in nanoseconds of the monotonic clock.
  static let stampName = "startedNanoseconds"

  private let name = Environment.value("BENCH_NAME") ?? "bench"
  private let count = Environment.value("BENCH_ASSETS").flatMap { Int($0) } ?? 100
  private let isChain = Environment.value("BENCH_SHAPE") == "chain"
  private let body = Environment.value("BENCH_BODY").flatMap(Body.init) ?? .nothing

  var definitions: Definitions {
    for index in 0..<count { asset(index) }
  }

  private func key(_ index: Int) -> AssetKey { AssetKey("\(name)/table_\(index)") }

  /// An asset with about as much said of it as people say.
  private func asset(_ index: Int) -> Definitions {
    let after = isChain && index > 0 ? [key(index - 1)] : []
    switch body {
    case .nothing: return described(Asset(key(index), after: after) { _ in }, index)
    case .stamp:
      let asset = Asset(key(index), after: after) { context in
        let now = MonotonicClock.nanoseconds()
        context.addMetadata(Self.stampName, .integer(Int64(now)))
      }
      return described(asset, index)
    case .crash:
      let asset = Asset(key(index), after: after) { _ -> Int in
        let now = MonotonicClock.nanoseconds()
        try StandardStreams.standardError.writeAll(Array("\(now)\n".utf8))
        SelfProcess.exitNow(7)
      }
      return described(asset, index)
    case .value: return described(Asset(key(index), after: after) { _ in index }, index)
    }
  }

  private func described(_ asset: Asset<some Sendable>, _ index: Int) -> Definitions {
    asset
      .description("Table \(index) of the generated location \(name), which nobody reads")
      .group("generated")
      .owners("team:\(name)@example.org")
      .kinds("table")
      .codeVersion("1")
      .definitions
  }
}
