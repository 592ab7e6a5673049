/// What is refused before anything looks at a request: other sites' pages, and what is too large.
///
/// A page in a browser can reach loopback. Its requests carry its own name as Origin; and one that
/// lets its own name lead to 127.0.0.1 (DNS rebinding) still sends that name as Host.
struct RequestGuard: Sendable {
  static let bodyLimitBytes = 1 << 20
  static let targetLimitBytes = 16 << 10
  static let headerLimitBytes = 16 << 10

  let port: UInt16

  /// Looks at a request whose body has not come yet.
  ///
  /// - Parameters:
  ///   - target: The path and the query as they came.
  ///   - headers: All headers, by names in lower case, in the order they came.
  /// - Returns: What is wrong with it; nil for one that may go on.
  func problem(target: String, headers: [(name: String, value: String)]) -> Problem? {
    if target.utf8.count > Self.targetLimitBytes {
      return .targetTooLong(limitBytes: Self.targetLimitBytes)
    }
    let bytes = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    if bytes > Self.headerLimitBytes {
      return .headersTooLarge(limitBytes: Self.headerLimitBytes)
    }
    let hosts = headers.filter { $0.name == "host" }.map(\.value)
    guard hosts.count == 1, isOwn(hosts[0]) else {
      return .foreignHost(hosts.first { !isOwn($0) } ?? hosts.first, port: port)
    }
    for (name, value) in headers where name == "origin" && !isOwnOrigin(value) {
      return .foreignOrigin(value)
    }
    for (name, value) in headers where name == "content-length" {
      guard let length = Int(value), length <= Self.bodyLimitBytes else {
        return .bodyTooLarge(limitBytes: Self.bodyLimitBytes)
      }
    }
    return nil
  }

  private func isOwn(_ host: String) -> Bool {
    ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"].contains(host.lowercased())
  }

  private func isOwnOrigin(_ origin: String) -> Bool {
    origin.hasPrefix("http://") && isOwn(String(origin.dropFirst("http://".count)))
  }
}
