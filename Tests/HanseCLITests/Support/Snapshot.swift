import HanseSystem
import Testing

/// A text that stands in a file beside the tests.
enum Snapshot {
  /// Compares a text with the file, or writes the file when `HANSE_RECORD` is set; a recording run
  /// fails.
  static func check(
    _ text: String,
    _ name: String,
    file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tests = Paths.directory(of: Paths.directory(of: file))
    let path = Paths.join(tests, "Snapshots", name)
    if Environment.value("HANSE_RECORD") != nil {
      try Files.createDirectories(Paths.directory(of: path))
      try Files.writeAtomically(path, Array(text.utf8), durably: false)
      Issue.record("recorded \(name)", sourceLocation: sourceLocation)
      return
    }
    let expected = String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
    #expect(text == expected, "\(name) differs", sourceLocation: sourceLocation)
  }
}
