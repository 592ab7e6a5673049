import CPosix
import Glibc

/// The environment of this process.
package enum Environment {
  package static func value(_ name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }

  package static func all() -> [String: String] {
    var result: [String: String] = [:]
    guard var entry = unsafe cposix_environment() else { return result }
    while let text = unsafe entry.pointee {
      let line = unsafe String(cString: text)
      if let equals = line.firstIndex(of: "=") {
        result[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
      unsafe entry += 1
    }
    return result
  }
}
