import CMicrohttpd
package import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Synchronization

/// Serves the API on 127.0.0.1, with a thread for each connection.
@safe package final class HTTPServer: Sendable {
  package struct Options: Sendable {
    /// The first port to try; 0 for any free one.
    package var port: UInt16 = 4747
    /// What names that port, for messages: then it is that one or none.
    package var portSetting: String?
    /// How many ports to try, one after the other, if nobody has named one.
    package var portAttempts = 100
    /// How many connections there may be, besides those of streams.
    ///
    /// One more ends the connection that has gone longest without a request.
    package var connectionLimit = 256
    package var streamLimit = 128
    /// How long the head of a request may take, and how long a connection may go without one.
    package var headLimit: Duration = .seconds(10)
    /// How long the body of a request may take.
    package var bodyLimit: Duration = .seconds(30)
    /// How long a client may take nothing of its answer.
    package var timeoutSeconds: UInt32 = 60
    /// How often a stream says that it lives while nothing happens.
    package var heartbeat: Duration = .seconds(15)

    package init(port: UInt16 = 4747) { self.port = port }
  }

  /// How many connections the library lets in over the limit.
  ///
  /// So that one too many is accepted and another ended, instead of waiting for its turn.
  private static let spareConnections = 32

  /// For what the library keeps of a connection, the request's head included.
  private static let connectionMemoryBytes = 64 << 10

  /// How long answers under way may take when the server stops.
  private static let drainLimit = Duration.seconds(5)

  package let endpoint: Endpoint
  private let host: Host
  private let shared: HTTPServerContext
  // Set in `init` only, and stopped by whoever takes it out of `isRunning`.
  private nonisolated(unsafe) let daemon: OpaquePointer
  private let isRunning = Mutex(true)

  /// Starts to serve a host, and says where in its state directory.
  ///
  /// - Throws: ``HostError`` when no port is free, or the state directory cannot be written.
  package static func start(
    _ host: Host,
    options: Options = Options()
  ) throws(HostError) -> HTTPServer {
    let shared = HTTPServerContext(
      router: Router(host),
      feed: host.feed,
      heartbeat: options.heartbeat,
      limits: ConnectionLedger.Limits(
        connections: options.connectionLimit,
        streams: options.streamLimit,
        head: options.headLimit,
        body: options.bodyLimit
      )
    )
    let (daemon, port) = unsafe try listen(options, shared)
    shared.begin(port: port)
    let server = unsafe HTTPServer(host, shared, daemon, port)
    do throws(SystemError) {
      try shared.fence.start()
    } catch {
      server.stop()
      throw HostError(.system, "the thread that watches connections cannot be started: \(error)")
    }
    do throws(SystemError) {
      try server.endpoint.write(to: host.state)
    } catch {
      server.stop()
      throw HostError(
        .stateDirectory,
        "where the host is reached cannot be written to \(host.state.endpoint): \(error.reason) "
          + "(\(error.symbol)); move away what is in its place"
      )
    }
    return server
  }

  private init(
    _ host: Host,
    _ shared: HTTPServerContext,
    _ daemon: OpaquePointer,
    _ port: UInt16
  ) {
    self.host = host
    self.shared = shared
    unsafe self.daemon = daemon
    var endpoint = Endpoint(
      processID: Int(SelfProcess.pid),
      port: port,
      version: host.configuration.version,
      started: Timestamp(milliseconds: WallClock.millisecondsSince1970())
    )
    endpoint.workspaceFile = host.configuration.workspace.file
    self.endpoint = endpoint
  }

  deinit { stop() }

  private static func listen(
    _ options: Options,
    _ shared: HTTPServerContext
  ) throws(HostError) -> (OpaquePointer, UInt16) {
    let callbacks = unsafe hanse_http_callbacks(
      context: Unmanaged.passUnretained(shared).toOpaque(),
      begin: beginExchange,
      handle: handleExchange,
      connection: noteConnection,
      end: endExchange
    )
    let first = Int(options.port)
    let attempts = options.portSetting == nil ? max(options.portAttempts, 1) : 1
    let last = first == 0 ? 0 : min(first + attempts - 1, Int(UInt16.max))
    for port in first...last {
      var failure: Int32 = 0
      let daemon = unsafe hanse_http_start(
        UInt16(port),
        &failure,
        UInt32(options.connectionLimit + options.streamLimit + spareConnections),
        options.timeoutSeconds,
        connectionMemoryBytes,
        callbacks
      )
      if let daemon = unsafe daemon { return unsafe (daemon, hanse_http_port(daemon)) }
      if failure != 0, hanse_http_is_taken(failure) == 0 {
        let error = SystemError(operation: "listen on port \(port) of 127.0.0.1", number: failure)
        throw HostError(.system, refusal(of: error, options))
      }
    }
    throw HostError(.system, isTaken(from: first, to: last, options))
  }

  private static let member = "\"server\": {\"port\": ...} in the workspace"

  private static func refusal(of error: SystemError, _ options: Options) -> String {
    switch options.portSetting {
    case .some(let setting): "\(error); \(setting) names that port: name another there"
    case nil: "\(error); name another port with \(member)"
    }
  }

  private static func isTaken(from first: Int, to last: Int, _ options: Options) -> String {
    switch options.portSetting {
    case .some(let setting):
      "port \(first) of 127.0.0.1 is taken, and \(setting) names it; stop what listens there, or "
        + "name another port there, 0 for any free one"
    case nil:
      "no port from \(first) to \(last) of 127.0.0.1 is free; stop what listens there, or name "
        + "another with \(member)"
    }
  }

  /// Ends open streams, answers what has been asked, and stops listening; further calls do nothing.
  package func stop() {
    let wasRunning = isRunning.withLock { running in
      defer { running = false }
      return running
    }
    guard wasRunning else { return }
    endpoint.remove(from: host.state)
    // Stopping the library cuts every connection off; so first nothing new is let in, and what is
    // open comes to its end.
    let listener = unsafe MHD_quiesce_daemon(daemon)
    shared.stop(within: Self.drainLimit)
    unsafe MHD_stop_daemon(daemon)
    shared.fence.stop()
    if listener >= 0 { Descriptor(owning: listener).close() }
  }
}
