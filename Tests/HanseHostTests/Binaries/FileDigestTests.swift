import HanseHost
import HanseModel
import HanseSystem
import Testing

@Suite struct FileDigestTests {
  private let bench: Bench
  private let path: String

  init() throws {
    bench = try Bench()
    path = bench.path("binary")
  }

  private func write(_ bytes: [UInt8]) throws {
    try Files.writeAtomically(path, bytes, durably: false)
  }

  /// Around a block of the digest and around what is read at once.
  @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 262_143, 262_144, 262_145, 600_000])
  func `a file's digest is that of its bytes, however they are cut`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try write(bytes)
    let found = try FileDigest.read(path)
    #expect(found.digest == BinaryDigest(SHA256.hash(bytes).hexadecimal))
    #expect(found.sizeBytes == Int64(count))
  }

  @Test func `a digest is the standard's own`() throws {
    try write(Array("abc".utf8))
    let digest = try FileDigest.read(path).digest
    #expect(digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `reading ends when nobody wants the digest any more`() throws {
    try write([UInt8](repeating: 1, count: 1 << 20))
    var asked = 0
    let error = #expect(throws: SystemError.self) {
      _ = try FileDigest.read(path) {
        asked += 1
        return asked < 3
      }
    }
    #expect(asked == 3)
    #expect(error?.description.contains(path) == true)
  }
}
