/// What the file system says about a path, symbolic links followed.
package struct FileStatus: Hashable, Sendable {
  package var size: Int64
  /// Since 1970.
  package var modifiedNanoseconds: Int64
  /// Which file system it is on; with ``inode`` it tells one file from every other.
  package var device: UInt64
  package var inode: UInt64
  package var isDirectory: Bool
  /// Whether it is a plain file: no folder, no pipe, no device.
  package var isRegular: Bool
  /// Whether this process may run it (or, for a directory, enter it).
  package var isExecutable: Bool
}
