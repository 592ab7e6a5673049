import Hanse
import HanseSystem

/// A location for tests, which can be told to misbehave.
///
/// The variable `FIXTURE` in its environment chooses how:
///
/// | `FIXTURE` | what happens |
/// |---|---|
/// | (unset) | it serves ``Fixture`` properly |
/// | `exit-before-handshake` | it says why on standard error and exits with status 3 at once |
/// | `hang-at-start` | it never reads or writes anything |
/// | `hang-in-definitions` | it answers `initialize` and `ping`, and never has definitions |
/// | `slow-start` | it waits `FIXTURE_MILLISECONDS` (500) and then serves properly |
/// | `garbage-stdout` | it writes a line that is not JSON to standard output, then serves |
/// | `half-line` | it writes the beginning of a line to standard output and exits |
/// | `huge-line` | it writes `FIXTURE_BYTES` (16 MiB) without a newline to standard output, then hangs |
/// | `flood` | it writes log notifications without end, numbered properly, and reads nothing |
/// | `never-read` | it writes nothing and reads nothing, but lives |
/// | `hostile` | it serves properly, and ``Hostile`` too, whose texts work a terminal |
/// | `options` | it serves properly, and `fixture/part` too, which tells its configuration and partition |
/// | `metadata` | it serves properly, and `fixture/described` too, which has every kind of metadata |
/// | `vast` | it serves properly, and twelve `fixture/vast0` and so on too, which have a lot to tell |
/// | `resources` | it serves properly, and `fixture/opens` and `fixture/holds` too, which open resources |
///
/// `FIXTURE_NAME` changes the first segment of its keys, so that several can stand side by side.
@main enum Main {
  static func main() {
    Misbehaviour.begin(Environment.value("FIXTURE") ?? "")
    Fixture.main()
  }
}

/// What the location defines; `fixture/` stands for `FIXTURE_NAME/`.
///
/// | key | what its body does |
/// |---|---|
/// | `fixture/ok` | returns 42 |
/// | `fixture/numbers` | returns `[1, 2, 3.5]` |
/// | `fixture/main_actor` | returns what the main actor says |
/// | `fixture/from_python` | reads `python/summary`, which another location makes |
/// | `fixture/double` | returns twice `fixture/ok` |
/// | `fixture/fail` | throws |
/// | `fixture/print` | prints to standard output, and writes to descriptor 1 |
/// | `fixture/block` | blocks its thread for ever |
/// | `fixture/sleep` | waits until it is cancelled |
/// | `fixture/log` | logs at every level, with fields |
/// | `fixture/flood` | logs 20,000 lines of 1 KiB |
/// | `fixture/progress` | reports progress 1,000 times |
/// | `fixture/large` | adds 2 MiB of metadata |
/// | `fixture/crash` | ends the process with a trap |
/// | `fixture/exit` | ends the process with status 7 |
/// | `fixture/left`, `fixture/right` | made together by the operation `pair` |
/// With `FIXTURE_NAME` there are also:
///
/// | key | what its body does |
/// |---|---|
/// | `fixture/flaky` | throws twice, and is retried |
/// | `fixture/crash-once` | ends the process with a trap, and is retried |
/// | `fixture/patient` | waits until it is cancelled, and returns when it is run again |
/// | `fixture/self` | tells its environment, directory, group and descriptors as metadata |
/// | `fixture/behind-fail` | is downstream of `fixture/fail` |
///
/// Then, with `FIXTURE_UPSTREAM`, `fixture/next` is one more than the asset of that key. With
/// `FIXTURE_STEPS` there are so many `fixture/link0`, `fixture/link1` and so on, each after the one before
/// it; each notes its key in the file `FIXTURE_TALLY` when it runs.
///
/// With `FIXTURE_PROBLEM` set it defines `fixture/ok` a second time.
///
/// The checks on `fixture/ok` are `passes`, `fails` (blocking) and `warns`.
struct Fixture: CodeLocation {
  private let name = Environment.value("FIXTURE_NAME") ?? "fixture"

  init() {
    if Environment.value("FIXTURE") == "hang-in-definitions" { Misbehaviour.hang() }
  }

  func key(_ last: String) -> AssetKey { AssetKey("\(name)/\(last)") }

  var definitions: Definitions {
    values
    if Environment.value("FIXTURE_PROBLEM") != nil { Asset(key("ok")) { _ in 43 } }
    endings
    talk
    switch Environment.value("FIXTURE") {
    case "options": part
    case "metadata": described
    case "resources": resourceful
    case "vast": vast
    case "hostile": Hostile.definitions(name)
    default: Definitions()
    }
    if Environment.value("FIXTURE_NAME") != nil {
      repeated
      chain
    }
  }

  @DefinitionsBuilder private var values: Definitions {
    let ok = Asset(key("ok")) { _ in 42 }
    ok
    Asset(key("numbers")) { _ in [1, 2, 3.5] }
    Asset(key("main_actor")) { _ in await MainActor.run { 7 } }
    Asset(key("from_python"), from: External<Summary>("python/summary")) { context, summary in
      context.logger.info("\(summary.count) numbers with a mean of \(summary.mean)")
      return summary
    }
    Asset(key("double"), from: ok) { _, ok in ok * 2 }
    Check("passes", on: ok) { _ in .passed() }
    Check("fails", on: ok, blocking: true) { _ in .failed("42 is too much") }
    Check("warns", on: ok, severity: .warning) { _ in .failed("42 is much") }
    let left = Output<String>(key("left"))
    let right = Output<[Int]>(key("right"))
    MultiAsset("pair", outputs: left, right) { _ in ("left", [1, 2]) }
  }

  @DefinitionsBuilder private var endings: Definitions {
    Asset(key("fail")) { _ -> Int in throw FixtureError(description: "as it was told to") }
    Asset(key("block")) { context -> Int in
      context.logger.info("blocking")
      Misbehaviour.hang()
    }
    Asset(key("sleep")) { context -> Int in
      context.logger.info("asleep")
      await Misbehaviour.untilCancelled()
      throw CancellationError()
    }
    Asset(key("crash")) { _ -> Int in fatalError("as it was told to") }
    Asset(key("exit")) { _ -> Int in SelfProcess.exitNow(7) }
  }

  @DefinitionsBuilder private var repeated: Definitions {
    Asset(key("flaky")) { context in
      if context.attempt < 3 { throw FixtureError(description: "not yet") }
      return true
    }
    .retry(maxRetries: 2, delay: .milliseconds(10))
    Asset(key("crash-once")) { context -> Bool in
      if context.attempt == 1 { fatalError("as it was told to, once") }
      return true
    }
    .retry(maxRetries: 1, delay: .milliseconds(10))
    Asset(key("patient")) { context -> Bool in
      guard context.attempt == 1 else { return true }
      context.progress(fraction: 0.5, message: "waiting")
      await Misbehaviour.untilCancelled()
      throw CancellationError()
    }
    Asset(key("behind-fail"), after: [key("fail")]) { _ in true }
    Asset(key("self")) { context -> Bool in
      for (name, text) in try Misbehaviour.describeProcess() {
        context.addMetadata(name, .text(text))
      }
      return true
    }
  }

  private var part: Definitions {
    Asset(key("part")) { context in
      let options = try context.config(FixtureOptions.self)
      return "\(options.days) days of \(context.partition?.text ?? "all")"
    }
    .config(FixtureOptions.self)
    .definitions
  }

  @DefinitionsBuilder private var chain: Definitions {
    if let upstream = Environment.value("FIXTURE_UPSTREAM") {
      Asset(key("next"), from: External<Int>(AssetKey(upstream))) { _, value in value + 1 }
    }
    for index in 0..<(Environment.value("FIXTURE_STEPS").flatMap { Int($0) } ?? 0) {
      Asset(key("link\(index)"), after: index == 0 ? [] : [key("link\(index - 1)")]) { context in
        try Misbehaviour.tally("\(context.step)")
        return index
      }
    }
  }

  @DefinitionsBuilder private var talk: Definitions {
    Asset(key("print")) { _ in
      print("printed by a body")
      try StandardStreams.standardOutput.writeAll(Array("{\"not\":\"protocol\"}\n".utf8))
      return true
    }
    Asset(key("log")) { context in
      context.logger.debug("fine")
      context.logger.info("rows", ["count": 3])
      context.logger.warning("odd")
      context.logger.error("bad")
      return true
    }
    Asset(key("flood")) { context in
      for index in 0..<20_000 {
        context.logger.info("\(index) " + String(repeating: "x", count: 1024))
      }
      return true
    }
    Asset(key("progress")) { context in
      for step in 1...1000 { context.progress(fraction: Double(step) / 1000) }
      return true
    }
    Asset(key("large")) { context in
      context.addMetadata("large", .text(String(repeating: "x", count: 2 << 20)))
      return true
    }
  }
}

struct Summary: Codable, Sendable {
  var count: Int
  var mean: Double
}

struct FixtureOptions: Codable, Sendable, RunConfig {
  var days = 30
}

struct FixtureError: Error, CustomStringConvertible {
  var description: String
}
