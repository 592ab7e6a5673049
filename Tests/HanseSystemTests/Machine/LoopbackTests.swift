import Glibc
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct LoopbackTests {
  @Test func `a port with a server is connected to and not free, and free once it is gone`() throws
  {
    let server = try #require(Server())
    #expect(try !Loopback.isPortFree(server.port))
    let client = try Loopback.connect(server.port)
    let accepted = Descriptor(owning: accept(server.socket.number, nil, nil))
    try client.writeAll([1, 2, 3])
    client.close()
    #expect(try accepted.readAll(limitBytes: 10) == [1, 2, 3])

    accepted.close()
    server.stop()
    #expect(try Loopback.isPortFree(server.port))
    let error = #expect(throws: SystemError.self) { try Loopback.connect(server.port) }
    #expect(
      error?.description
        == "connect to \"127.0.0.1:\(server.port)\": Connection refused (ECONNREFUSED)"
    )
  }

  /// Listens on a port of the kernel's choice.
  private struct Server {
    let socket: Descriptor
    let port: UInt16

    init?() {
      socket = Descriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
      var yes: Int32 = 1
      let size = socklen_t(MemoryLayout<Int32>.size)
      let reusable = unsafe setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, size)
      guard reusable == 0, listen(socket.number, 4) == 0 else { return nil }
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let number = socket.number
      let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe getsockname(number, $0, &length)
        }
      }
      guard result == 0 else { return nil }
      port = UInt16(bigEndian: address.sin_port)
    }

    /// Stops listening, even if a child that is just being spawned has a copy of the socket.
    func stop() {
      _ = shutdown(socket.number, Int32(SHUT_RDWR))
      socket.close()
    }
  }
}
