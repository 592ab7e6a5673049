import FoundationEssentials

/// The folder in which the stations' files arrive.
struct Archive: Sendable {
  var folder: String

  func read(_ file: String) throws -> String {
    do {
      return try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    } catch {
      throw ArchiveError(file: file, folder: folder)
    }
  }
}

struct ArchiveError: Error, CustomStringConvertible {
  var file: String
  var folder: String

  var description: String {
    "\(file) cannot be read from the folder \(folder); set DATA_DIR to the folder of the feeds"
  }
}
