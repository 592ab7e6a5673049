import CPosix
import Glibc

/// TCP on this machine alone.
package enum Loopback {
  /// Connects to `port` of 127.0.0.1, waiting for the answer.
  package static func connect(_ port: UInt16) throws(SystemError) -> Descriptor {
    let socket = try makeSocket()
    let subject = "127.0.0.1:\(port)"
    // Not repeated when interrupted: the shim sees an interrupted connect through.
    if cposix_loopback_connect(socket.number, port) != 0 {
      throw SystemError.current("connect to", subject: subject)
    }
    return socket
  }

  /// Whether a server could listen on `port` now.
  ///
  /// Another process may take the port before the caller does.
  package static func isPortFree(_ port: UInt16) throws(SystemError) -> Bool {
    let socket = try makeSocket()
    do {
      try socket.use("listen on", "127.0.0.1:\(port)") { cposix_loopback_listen($0, port) }
      return true
    } catch {
      if error.number == EADDRINUSE || error.number == EACCES { return false }
      throw error
    }
  }

  private static func makeSocket() throws(SystemError) -> Descriptor {
    Descriptor(owning: try SystemCall.retrying("make a socket", nil, cposix_loopback_socket))
  }
}
