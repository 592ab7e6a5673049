import Foundation
import Synchronization

/// The repository's files, as the rules look at them.
struct SourceTree {
  struct File {
    /// From the root of the repository.
    var path: String
    var text: String
    /// The text with comments and string literals blanked, so that prose is never taken for code.
    var code: String

    init(path: String, text: String) {
      self.path = path
      self.text = text
      code = SourceTree.withoutProse(text)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

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

  private static let cache = Mutex<[String: [File]]>([:])

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All Swift files below some folders.
  static func swiftFiles(below folders: String...) throws -> [File] {
    try folders.flatMap { folder in
      // Read once, also by tests that ask at the same time.
      try cache.withLock { cache in
        if let known = cache[folder] { return known }
        let files = try readSwiftFiles(below: folder)
        cache[folder] = files
        return files
      }
    }
  }

  private static func readSwiftFiles(below folder: String) throws -> [File] {
    let base = root.appendingPathComponent(folder).path
    let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
    return try names.sorted()
      .filter { $0.hasSuffix(".swift") && !$0.contains(".build") }
      .map { File(path: "\(folder)/\($0)", text: try read("\(folder)/\($0)")) }
  }

  static func read(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Blanks comments and what stands between quotes; keeps the lines.
  static func withoutProse(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var state = Prose.none
    var index = 0
    func comes(_ mark: [UInt8]) -> Bool {
      guard bytes[index] == mark[0], index + mark.count <= bytes.count else { return false }
      return bytes[index..<index + mark.count].elementsEqual(mark)
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        kept.append(byte)
        if state == .line || state == .string { state = .none }
        index += 1
        continue
      }
      switch state {
      case .none:
        if comes(Mark.quotes) {
          state = .longString
          index += 2
        } else if comes(Mark.line) {
          state = .line
        } else if comes(Mark.begin) {
          state = .block
        } else {
          if byte == UInt8(ascii: "\"") { state = .string }
          kept.append(byte)
        }
      case .string:
        if byte == UInt8(ascii: "\\") {
          index += 1
        } else if byte == UInt8(ascii: "\"") {
          state = .none
          kept.append(byte)
        }
      case .longString:
        if comes(Mark.quotes) {
          state = .none
          index += 2
        }
      case .block:
        if comes(Mark.end) {
          state = .none
          index += 1
        }
      case .line: break
      }
      index += 1
    }
    return String(decoding: kept, as: UTF8.self)
  }

  private enum Mark {
    static let quotes = Array("\"\"\"".utf8)
    static let line = Array("//".utf8)
    static let begin = Array("/*".utf8)
    static let end = Array("*/".utf8)
  }

  private enum Prose { case none, line, block, string, longString }

  /// Whether a pattern such as `(.running, _)` leaves out a whole state or event.
  ///
  /// A payload may be ignored (`.exited(_)`), one of the pair's two parts may not.
  static func ignoresAPart(ofPairsIn pattern: String) -> Bool {
    var depth = 0
    var part = ""
    for character in pattern {
      switch character {
      case "(":
        depth += 1
        if depth == 1 { part = "" } else { part.append(character) }
      case ")", ",":
        if depth == 1 {
          if part.trimmingCharacters(in: .whitespaces) == "_" { return true }
          part = ""
        } else {
          part.append(character)
        }
        if character == ")" { depth -= 1 }
      default: part.append(character)
      }
    }
    return false
  }
}
