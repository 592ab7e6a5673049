package import HanseModel

/// Which I/O manager stores the values of assets.
package struct IOEntry: Hashable, Sendable {
  package static let filesystem = "filesystem"

  /// `filesystem`, or a name that the location registers an I/O manager under.
  package var kind: String
  /// The absolute path of the directory of values; only of the kind `filesystem`.
  package var path: String?
  /// What the file says beside `kind`: an object, for the I/O manager to read.
  package var settings: JSONValue

  package init(kind: String = filesystem, path: String? = nil, settings: JSONValue = .object([])) {
    self.kind = kind
    self.path = path
    self.settings = settings
  }
}
