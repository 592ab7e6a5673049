/// Paths as text; nothing here looks at the file system.
package enum Paths {
  package static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  /// Appends `parts` to `base`; an absolute part starts over, an empty one changes nothing.
  package static func join(_ base: String, _ parts: String...) -> String {
    var result = base
    for part in parts where !part.isEmpty {
      if isAbsolute(part) || result.isEmpty {
        result = part
      } else {
        result += result.utf8.last == UInt8(ascii: "/") ? part : "/" + part
      }
    }
    return result
  }

  /// The directory that holds `path`: `/` for the root itself, `.` for a bare name.
  package static func directory(of path: String) -> String {
    let trimmed = withoutTrailingSlashes(path)
    guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return trimmed == "/" ? "/" : "."
    }
    return withoutTrailingSlashes(String(trimmed[...slash]))
  }

  /// The last part of `path`; `/` for the root.
  package static func name(of path: String) -> String {
    let trimmed = withoutTrailingSlashes(path)
    guard trimmed != "/", let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return trimmed
    }
    return String(trimmed[trimmed.utf8.index(after: slash)...])
  }

  /// `path` seen from `base`, normalized.
  package static func absolute(_ path: String, relativeTo base: String) -> String {
    normalized(join(base, path))
  }

  /// The same path without empty parts, `.` and `name/..`.
  ///
  /// Through a symbolic link, `..` may lead elsewhere than this says.
  package static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if let last = parts.last, last != ".." {
        parts.removeLast()
      } else if !isAbsolute(path) {
        parts.append(part)
      }
    }
    let body = parts.joined(separator: "/")
    if isAbsolute(path) { return "/" + body }
    return body.isEmpty ? "." : body
  }

  private static func withoutTrailingSlashes(_ path: String) -> String {
    var result = path[...]
    while result.utf8.count > 1, result.utf8.last == UInt8(ascii: "/") {
      result = result.dropLast()
    }
    return String(result)
  }
}
