import Hanse
import HanseSystem

/// What a location says that wants to work the reader's terminal: with `FIXTURE=hostile`.
///
/// | key | what its body does |
/// |---|---|
/// | `fixture/hostile` | says it in the log, as progress, as metadata, on standard error |
/// | `fixture/hostile-fail` | throws it |
///
/// The check `looks` on `fixture/hostile` fails with it. With `FIXTURE_NAME`
/// a key that holds it is defined too, which runs nowhere.
enum Hostile {
  /// Colours, a title, the same with C1, a bell, a return, a backspace, and turned directions.
  static let text =
    "HOSTILE\u{1B}[31m\u{1B}]0;title\u{7}\u{9B}32m\u{9D}0;title\u{9C}\rover\u{8}\u{7F}"
    + "\u{202E}turned\u{2066}\u{200F}\u{2028}END"

  static func definitions(_ name: String) -> Definitions { Hostile.all(name) }

  @DefinitionsBuilder private static func all(_ name: String) -> Definitions {
    let hostile = Asset(AssetKey("\(name)/hostile")) { context in
      context.logger.warning(text, [text: text])
      context.progress(fraction: 0.5, message: text)
      context.addMetadata(text, .text(text))
      context.addMetadata("json", .json(.string(text)))
      context.addMetadata("link", .url("https://example.org/\(text)"))
      print(text)
      return text
    }
    .description(text)
    .group(text)
    .owners(text)
    .kinds(text)
    .tag(text, text)
    .metadata(text, text)
    .codeVersion(text)
    hostile
    Check("looks", on: hostile, severity: .warning) { _ in .failed(text) }.description(text)
    Asset(AssetKey("\(name)/hostile-fail")) { _ -> Int in throw FixtureError(description: text) }
    if Environment.value("FIXTURE_NAME") != nil { Asset(AssetKey("\(name)/\(text)")) { _ in 1 } }
  }
}
