import HanseSystem

/// One call over a connection of its own.
final class HTTPConnection {
  private static let chunkBytes = 64 << 10
  private static let answer: UInt64 = 0
  private static let ring: UInt64 = 1

  private let socket: Descriptor
  private let poller: Poller
  private var parser: ResponseParser
  private let port: UInt16

  /// Connects and sends a request.
  ///
  /// - Parameters:
  ///   - request: The call.
  ///   - port: Where the host listens.
  ///   - bell: What ends the wait for the next part early.
  /// - Throws: When the host cannot be reached.
  init(_ request: APIRequest, port: UInt16, bell: StreamBell? = nil) throws(APIFailure) {
    self.port = port
    parser = ResponseParser(method: request.method)
    do throws(SystemError) {
      socket = try Loopback.connect(port)
      try socket.setNonBlocking(true)
      poller = try Poller()
      try poller.add(socket, token: Self.answer, interest: .read)
      if let bell { try poller.add(bell.waker.descriptor, token: Self.ring, interest: .read) }
      try socket.writeAll(Self.bytes(of: request, port: port))
    } catch {
      throw .transport(
        "the host at 127.0.0.1:\(port) cannot be reached: \(error); is it still running?"
      )
    }
  }

  deinit { socket.close() }

  /// The next parts of the answer.
  ///
  /// - Parameter limit: How long to wait.
  /// - Returns: None after the time or a ring; some until the last, which is `.end`.
  /// - Throws: When the connection breaks, or what comes is not HTTP.
  func next(for limit: Duration) throws(APIFailure) -> [ResponseParser.Part] {
    let deadline = MonotonicClock.milliseconds(after: limit)
    do {
      while true {
        var chunk: [UInt8] = []
        switch try socket.read(into: &chunk, upTo: Self.chunkBytes) {
        case .bytes:
          let parts = try parser.append(chunk)
          if !parts.isEmpty { return parts }
        case .endOfFile: return try parser.finish()
        case .wouldBlock:
          let now = MonotonicClock.milliseconds()
          guard now < deadline else { return [] }
          var ready: [Poller.Ready] = []
          try poller.wait(upToMilliseconds: Int(deadline - now), into: &ready)
          if ready.contains(where: { $0.token == Self.ring }) { return [] }
        }
      }
    } catch {
      throw .transport(
        "the connection to the host at 127.0.0.1:\(port) broke: \(error); `hanse doctor` tells "
          + "whether it still runs"
      )
    }
  }

  private static func bytes(of request: APIRequest, port: UInt16) -> [UInt8] {
    let target = RequestTarget(path: request.path, query: request.query).text
    var head = "\(request.method) \(target) HTTP/1.1\r\n"
    var headers = request.headers
    headers["host"] = headers["host"] ?? "127.0.0.1:\(port)"
    headers["connection"] = "close"
    if !request.body.isEmpty || request.method == "POST" {
      headers["content-length"] = "\(request.body.count)"
    }
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
    return Array((head + "\r\n").utf8) + request.body
  }
}
