import HanseModel
package import HanseWire

extension LocationRuntime {
  /// Makes the I/O manager that the workspace chose.
  package static func makeIO(
    _ choice: StorageChoice,
    definitions: Definitions,
    environment: Environment
  ) async throws -> any IOManager {
    let settings = choice.settings ?? .object([])
    // A location's own storage may take the place of one that comes with the library.
    if let storage = definitions.storages.first(where: { $0.name == choice.kind }) {
      do {
        return try await storage.make(settings, environment)
      } catch {
        throw StorageError(
          "the I/O manager \"\(choice.kind)\" could not be made: \(ErrorText.describe(error))"
        )
      }
    }
    switch choice.kind {
    case "memory": return MemoryIO()
    case "filesystem":
      guard let path = choice.path, !path.isEmpty else {
        throw StorageError("the I/O manager \"filesystem\" needs a path: the folder of its files")
      }
      return FileSystemIO(root: path)
    default: throw unknown(choice.kind, definitions)
    }
  }

  private static func unknown(_ kind: String, _ definitions: Definitions) -> StorageError {
    let known = definitions.storages.map(\.name) + ["filesystem", "memory"]
    let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
    let hint = Spelling.nearest(to: kind, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
    return StorageError(
      "there is no I/O manager \"\(kind)\"; this location has \(list)\(hint)"
    )
  }
}
