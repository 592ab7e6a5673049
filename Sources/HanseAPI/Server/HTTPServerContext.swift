import CMicrohttpd
import HanseHost
import HanseSystem
import Synchronization

/// What the threads of a server share.
final class HTTPServerContext: Sendable {
  let router: Router
  let fence: ConnectionFence
  let heartbeat: Duration
  private let feed: EventFeed
  private let stopped = Atomic<Bool>(false)
  /// 0 until the server knows it.
  private let port = Atomic<UInt16>(0)
  private let openExchanges = Monitor(0)

  init(
    router: Router,
    feed: EventFeed,
    heartbeat: Duration,
    limits: ConnectionLedger.Limits
  ) {
    self.router = router
    fence = ConnectionFence(limits)
    self.feed = feed
    self.heartbeat = heartbeat
  }

  var isStopped: Bool { stopped.load(ordering: .acquiring) }
  var guardian: RequestGuard { RequestGuard(port: port.load(ordering: .acquiring)) }

  func begin(port number: UInt16) { port.store(number, ordering: .releasing) }

  func exchangeBegan() { openExchanges.withLock { $0 += 1 } }
  func exchangeEnded() { openExchanges.update { $0 -= 1 } }

  /// Ends all streams, and waits until what was asked is answered, but no longer than `limit`.
  func stop(within limit: Duration) {
    stopped.store(true, ordering: .releasing)
    feed.wake()
    openExchanges.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) { $0 == 0 }
  }

  /// Queues an answer.
  func queue(_ response: APIResponse, on connection: OpaquePointer) -> MHD_Result {
    let made: OpaquePointer?
    switch response.body {
    case .bytes(let bytes):
      unsafe made = bytes.withUnsafeBytes { unsafe hanse_http_bytes($0.baseAddress, $0.count) }
    case .events(let subscription):
      guard fence.streams(unsafe ConnectionLedger.ID(connection)) else {
        return unsafe queue(.problem(.tooManyStreams(limit: fence.limits.streams)), on: connection)
      }
      let writer = EventStreamWriter(subscription, heartbeat: heartbeat) { [self] in isStopped }
      unsafe made = hanse_http_stream(
        16 << 10,
        readStream,
        Unmanaged.passRetained(writer).toOpaque(),
        releaseStream
      )
    }
    guard let made = unsafe made else { return .NO }
    var headers = response.headers
    headers["x-content-type-options"] = "nosniff"
    headers["cache-control"] = "no-store"
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      _ = unsafe MHD_add_response_header(made, name, value)
    }
    let result = unsafe MHD_queue_response(connection, UInt32(response.status), made)
    unsafe MHD_destroy_response(made)
    return result
  }
}

extension ConnectionLedger.ID {
  init(_ connection: OpaquePointer) { self.init(bits: UInt(bitPattern: connection)) }
}

// MARK: What the library calls, on threads of its own

/// A connection has been accepted, or is about to be closed.
func noteConnection(
  _ context: UnsafeMutableRawPointer?,
  _ connection: OpaquePointer?,
  _ kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ code: MHD_ConnectionNotificationCode
) {
  guard let context = unsafe context, let connection = unsafe connection else { return }
  let fence = unsafe Unmanaged<HTTPServerContext>.fromOpaque(context).takeUnretainedValue().fence
  let id = unsafe ConnectionLedger.ID(connection)
  // MHD_CONNECTION_NOTIFY_STARTED, whose name is not imported.
  if code.rawValue == 0 {
    fence.opened(id, socket: unsafe hanse_http_socket(connection))
  } else {
    fence.closed(id)
  }
}

/// The first line of a request has come.
func beginExchange(
  _ context: UnsafeMutableRawPointer?,
  _ target: UnsafePointer<CChar>?,
  _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let context = unsafe context, let target = unsafe target else { return nil }
  unsafe Unmanaged<HTTPServerContext>.fromOpaque(context).takeUnretainedValue().exchangeBegan()
  let exchange = HTTPExchange(target: unsafe String(cString: target))
  return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// The head, a part of the body, or the end of a request has come.
func handleExchange(
  _ context: UnsafeMutableRawPointer?,
  _ connection: OpaquePointer?,
  _ url: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?,
  _ version: UnsafePointer<CChar>?,
  _ upload: UnsafePointer<CChar>?,
  _ uploadSize: UnsafeMutablePointer<Int>?,
  _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let context = unsafe context, let connection = unsafe connection,
    let method = unsafe method, let uploadSize = unsafe uploadSize,
    let pointer = unsafe request?.pointee
  else { return .NO }
  let shared = unsafe Unmanaged<HTTPServerContext>.fromOpaque(context).takeUnretainedValue()
  let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(pointer).takeUnretainedValue()
  let id = unsafe ConnectionLedger.ID(connection)
  if exchange.isBeginning {
    guard shared.fence.received(id) else { return .NO }
    unsafe hanse_http_each_header(connection, readHeader, pointer)
    guard let problem = exchange.begin(shared.guardian) else { return .YES }
    return unsafe shared.queue(exchange.refuse(problem), on: connection)
  }
  let count = unsafe uploadSize.pointee
  if count > 0 {
    unsafe exchange.receive(UnsafeRawBufferPointer(start: upload, count: count))
    unsafe uploadSize.pointee = 0
    return .YES
  }
  switch shared.fence.answers(id) {
  case .gone: return .NO
  case .full:
    let problem = Problem.tooManyConnections(limit: shared.fence.limits.connections)
    return unsafe shared.queue(exchange.refuse(problem), on: connection)
  case .goOn:
    let port = unsafe hanse_http_peer_port(connection)
    let response = unsafe exchange.answer(
      String(cString: method),
      from: .loopback(port: port, server: shared.guardian.port),
      with: shared.router
    )
    return unsafe shared.queue(response, on: connection)
  }
}

func endExchange(
  _ context: UnsafeMutableRawPointer?,
  _ connection: OpaquePointer?,
  _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ reason: MHD_RequestTerminationCode
) {
  guard let context = unsafe context, let pointer = unsafe request?.pointee else { return }
  unsafe Unmanaged<HTTPExchange>.fromOpaque(pointer).release()
  unsafe request?.pointee = nil
  let shared = unsafe Unmanaged<HTTPServerContext>.fromOpaque(context).takeUnretainedValue()
  if let connection = unsafe connection {
    shared.fence.answered(unsafe ConnectionLedger.ID(connection))
  }
  shared.exchangeEnded()
}

func readHeader(
  _ context: UnsafeMutableRawPointer?,
  _ kind: MHD_ValueKind,
  _ name: UnsafePointer<CChar>?,
  _ value: UnsafePointer<CChar>?
) -> MHD_Result {
  guard let context = unsafe context, let name = unsafe name else { return .NO }
  let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
  unsafe exchange.addHeader(String(cString: name), value.map { unsafe String(cString: $0) } ?? "")
  return .YES
}

/// Fills `buffer` with the next bytes of a stream, waiting for them.
func readStream(
  _ context: UnsafeMutableRawPointer?,
  _ position: UInt64,
  _ buffer: UnsafeMutablePointer<CChar>?,
  _ limit: Int
) -> Int {
  // MHD_CONTENT_READER_END_OF_STREAM, a macro that is not imported.
  let end = -1
  guard let context = unsafe context, let buffer = unsafe buffer else { return end }
  let writer = unsafe Unmanaged<EventStreamWriter>.fromOpaque(context).takeUnretainedValue()
  guard let bytes = writer.next(limit) else { return end }
  let space = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: limit)
  unsafe space.copyBytes(from: bytes)
  return bytes.count
}

func releaseStream(_ context: UnsafeMutableRawPointer?) {
  guard let context = unsafe context else { return }
  unsafe Unmanaged<EventStreamWriter>.fromOpaque(context).release()
}
