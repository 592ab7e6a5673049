import CPosix
import Glibc

/// Random numbers from the kernel, fit for tokens and identifiers.
package enum Random {
  package static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    unsafe bytes.withUnsafeMutableBytes { space in
      var filled = 0
      while filled < count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: space[filled...])
        let got = unsafe cposix_random(rest.baseAddress, rest.count)
        // Linux has had the call since 3.17, and once seeded it fails only when interrupted.
        precondition(got >= 0 || errno == EINTR, "getrandom failed with errno \(errno)")
        filled += max(0, got)
      }
    }
    return bytes
  }

  package static func uint64() -> UInt64 {
    bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
