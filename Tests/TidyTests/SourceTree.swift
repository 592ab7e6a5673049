import Foundation

/// The repository's files, as the rules look at them.
struct SourceTree {
  struct File {
    /// From the root of the repository.
    var path: String
    var text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The text with comments and string literals blanked, so that prose is never taken for code.
    var code: String { SourceTree.withoutProse(text) }

    var module: String {
      let parts = path.split(separator: "/")
      return parts.count > 1 ? String(parts[1]) : ""
    }

    /// The modules that the file imports.
    var imports: [String] {
      code.split(separator: "\n").compactMap { line in
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first, first.hasPrefix("@") || Self.access.contains(first) {
          words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { return nil }
        return words[1].split(separator: ".").first.map(String.init)
      }
    }

    private static let access: Set<String> = [
      "public", "package", "internal", "private", "fileprivate",
    ]
  }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All Swift files below some folders.
  static func swiftFiles(below folders: String...) throws -> [File] {
    try folders.flatMap { folder in
      let base = root.appendingPathComponent(folder).path
      let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
      return try names.sorted()
        .filter { $0.hasSuffix(".swift") && !$0.contains(".build") }
        .map { File(path: "\(folder)/\($0)", text: try read("\(folder)/\($0)")) }
    }
  }

  static func read(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Blanks comments and what stands between quotes; keeps the lines.
  static func withoutProse(_ text: String) -> String {
    var inBlock = false
    var inLongString = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      if line.contains("\"\"\"") {
        inLongString.toggle()
        return ""
      }
      if inLongString { return "" }
      return blank(line, inBlock: &inBlock)
    }.joined(separator: "\n")
  }

  private static func blank(_ line: Substring, inBlock: inout Bool) -> String {
    var kept = ""
    var inString = false
    var rest = line
    while let character = rest.first {
      if inBlock {
        if rest.hasPrefix("*/") {
          inBlock = false
          rest.removeFirst()
        }
      } else if inString {
        if character == "\\" {
          rest.removeFirst()
        } else if character == "\"" {
          inString = false
          kept.append(character)
        }
      } else if rest.hasPrefix("//") {
        return kept
      } else if rest.hasPrefix("/*") {
        inBlock = true
      } else {
        inString = character == "\""
        kept.append(character)
      }
      if !rest.isEmpty { rest.removeFirst() }
    }
    return kept
  }
}
