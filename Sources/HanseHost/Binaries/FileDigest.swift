package import HanseModel
package import HanseSystem

/// Reads the digest of what is in a file.
package enum FileDigest {
  private static let chunkBytes = 1 << 18

  /// The digest of a file's bytes, read to the end.
  ///
  /// It reads the whole file: not for a thread that others wait for.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - copy: Gets the same bytes, when there is one; the caller made it empty.
  ///   - isWanted: Asked now and then; false to read no further.
  /// - Returns: The digest of what was read, and how many bytes that were.
  /// - Throws: When the file cannot be read, or the copy not written, or nobody wants it any more.
  package static func read(
    _ path: String,
    copyingTo copy: Descriptor? = nil,
    while isWanted: () -> Bool = { true }
  ) throws(SystemError) -> (digest: BinaryDigest, sizeBytes: Int64) {
    let file = try Files.open(path, for: .reading)
    var hasher = SHA256()
    var size: Int64 = 0
    var chunk: [UInt8] = []
    while true {
      guard isWanted() else { throw SystemError.canceled("read", subject: path) }
      chunk.removeAll(keepingCapacity: true)
      switch try file.read(into: &chunk, upTo: chunkBytes) {
      case .bytes(let count):
        size += Int64(count)
        hasher.update(chunk)
        try copy?.writeAll(chunk)
      case .endOfFile: return (BinaryDigest(hasher.finish().hexadecimal), size)
      case .wouldBlock: continue  // Only of a pipe that somebody made non-blocking.
      }
    }
  }
}
