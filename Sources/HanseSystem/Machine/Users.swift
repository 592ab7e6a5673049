import Glibc

/// The users behind processes and connections of this machine.
package enum Users {
  private static let fileLimitBytes = 16 << 20

  /// The user that this process runs as.
  package static var ownID: Int { Int(getuid()) }

  /// The name of a user in `/etc/passwd`; nil where it is not there or cannot be read.
  package static func name(of id: Int) -> String? {
    for line in lines(of: "/etc/passwd") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, Int(fields[2]) == id { return String(fields[0]) }
    }
    return nil
  }

  /// The user whose process has a connection over loopback.
  ///
  /// The kernel knows it (`/proc/net/tcp`), for as long as the connection is open.
  ///
  /// - Parameters:
  ///   - port: The process's own end.
  ///   - server: The end that it has connected to.
  /// - Returns: Nil when there is no such connection, or it cannot be known.
  package static func owner(ofPort port: UInt16, connectedTo server: UInt16) -> Int? {
    let (own, other) = (suffix(port), suffix(server))
    for line in lines(of: "/proc/net/tcp").dropFirst() {
      let fields = line.split(separator: " ")
      guard fields.count > 7, fields[1].hasSuffix(own), fields[2].hasSuffix(other) else { continue }
      return Int(fields[7])
    }
    return nil
  }

  /// How a port ends an address there: four hexadecimal digits.
  private static func suffix(_ port: UInt16) -> String {
    let digits = String(port, radix: 16, uppercase: true)
    return ":" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  private static func lines(of path: String) -> [Substring] {
    // Who cannot be known is not named.
    guard let bytes = try? Files.read(path, limitBytes: fileLimitBytes) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
