import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// Calls the API of a host many times in one process, and tells what that leaves behind.
enum Calls {
  /// Tells what the process holds after the first call, and after the last one and the server's end.
  static func run(
    _ configuration: HostConfiguration,
    count: Int,
    tell: (Cycles.Holdings) -> Void
  ) throws {
    let host = try Host.start(configuration)
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    let client = RemoteClient(server.endpoint)
    func call() throws {
      let response = try client.send(.get(APIPath.runs))
      guard response.status == 200 else { throw UnexpectedStatus(status: response.status) }
    }
    try call()
    tell(try Cycles.Holdings())
    for _ in 0..<count { try call() }
    // The library closes a connection a moment after the client has seen its end; stopping waits.
    server.stop()
    tell(try Cycles.Holdings())
    host.stop()
    if let failure = host.waitUntilStopped() { throw failure }
  }

  struct UnexpectedStatus: Error {
    var status: Int
  }
}
