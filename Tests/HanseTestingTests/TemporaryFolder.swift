import HanseModel
import HanseSystem

/// A folder that is gone when the test is over.
final class TemporaryFolder: Sendable {
  private let root: String

  init() throws { root = try Files.realPath(Files.makeTemporaryDirectory(prefix: "drill-tests-")) }

  deinit {
    do {
      try Files.removeTree(root)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  func path(_ name: String) -> String { name == "." ? root : Paths.join(root, name) }

  func make(_ name: String) throws -> String {
    try Files.createDirectories(path(name))
    return path(name)
  }

  func write(_ name: String, _ text: String) throws {
    try Files.createDirectories(Paths.directory(of: path(name)))
    try Files.writeAtomically(path(name), Array(text.utf8), durably: false)
  }

  func writeProgram(_ name: String, _ text: String) throws {
    try write(name, text)
    try Files.allowExecution(path(name))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Files.read(path(name), limitBytes: 1 << 24), as: UTF8.self)
  }

  /// Every file below a folder, with its contents and when it was last written.
  func digest(of name: String) throws -> [String] {
    var found: [String] = []
    var folders = [path(name)]
    while let folder = folders.popLast() {
      for entry in try Files.list(folder).sorted() {
        let path = Paths.join(folder, entry)
        guard let status = try Files.status(path) else { continue }
        if status.isDirectory {
          folders.append(path)
          found.append("\(path)/")
        } else {
          let bytes = try Files.read(path, limitBytes: 1 << 26)
          let digest = SHA256.hash(bytes).hexadecimal
          found.append("\(path) \(status.modifiedNanoseconds) \(bytes.count) \(digest)")
        }
      }
    }
    return found.sorted()
  }
}
