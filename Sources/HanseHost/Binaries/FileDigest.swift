import CNettle
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
  /// - Returns: The SHA-256 digest of what was read, and how many bytes that were.
  /// - Throws: When the file cannot be read, or the copy not written, or nobody wants it any more.
  package static func read(
    _ path: String,
    copyingTo copy: Descriptor? = nil,
    while isWanted: () -> Bool = { true }
  ) throws(SystemError) -> (digest: BinaryDigest, sizeBytes: Int64) {
    let file = try Files.open(path, for: .reading)
    var hasher = FileHasher()
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

/// The library's SHA-256: executables are large, and it is ten times as fast as ``SHA256``.
///
/// That one is for what a location may depend on, which is the standard library alone.
private struct FileHasher {
  private var context = sha256_ctx()

  init() { unsafe nettle_sha256_init(&context) }

  mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer {
      unsafe nettle_sha256_update(&context, $0.count, $0.baseAddress)
    }
  }

  mutating func finish() -> SHA256.Digest {
    var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    unsafe bytes.withUnsafeMutableBufferPointer {
      unsafe nettle_sha256_digest(&context, $0.count, $0.baseAddress)
    }
    return SHA256.Digest(bytes: bytes)
  }
}
