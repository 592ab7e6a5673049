package import HanseHost
package import HanseModel
import HanseSystem

/// Where a running host is reached, as it writes into its state directory.
package struct Endpoint: Hashable, Sendable {
  package var processID: Int
  package var port: UInt16
  package var version: String
  package var started: Timestamp
  /// The absolute path of the workspace file that it runs.
  package var workspaceFile: String?

  package init(processID: Int, port: UInt16, version: String, started: Timestamp) {
    self.processID = processID
    self.port = port
    self.version = version
    self.started = started
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// The host that works on a state directory and can be called.
  ///
  /// A file that a killed host has left is told by its process, which is gone, or by the answer of
  /// whoever has the port or the process id now.
  ///
  /// - Returns: Nil when there is none.
  package static func discover(state: StateDirectory) -> Endpoint? {
    guard let endpoint = read(state.endpoint), Files.exists("/proc/\(endpoint.processID)") else {
      return nil
    }
    let client = RemoteClient(endpoint, timeout: .seconds(5))
    do throws(APIFailure) {
      let health: HealthDocument = try client.get(APIPath.health)
      return health.processID == endpoint.processID ? endpoint : nil
    } catch {
      return nil
    }
  }

  private static func read(_ path: String) -> Endpoint? {
    do {
      return try Endpoint.decode(Files.read(path, limitBytes: 64 << 10))
    } catch {
      return nil
    }
  }

  func write(to state: StateDirectory) throws(SystemError) {
    try Files.writeAtomically(
      state.endpoint,
      JSONWriter.encode(self) + [UInt8(ascii: "\n")],
      durably: false
    )
  }

  /// Removes the file if it still tells of this host.
  func remove(from state: StateDirectory) {
    guard Self.read(state.endpoint) == self else { return }
    do throws(SystemError) {
      try Files.remove(state.endpoint)
    } catch {
      // Teardown: a file that is left is told by its process, which is gone.
    }
  }
}

extension Endpoint: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("pid", processID)
    json.member("port", Int(port))
    json.member("url", url)
    json.member("version", version)
    json.member("started", started)
    json.member("workspaceFile", workspaceFile)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var processID: Int?
    var port: UInt16?
    var version = ""
    var started = Timestamp(milliseconds: 0)
    var workspaceFile: String?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "pid": processID = try json.int()
      case "port": port = UInt16(exactly: try json.int())
      case "version": version = try json.string()
      case "started": started = try json.value()
      case "workspaceFile": workspaceFile = try json.optional()
      default: try json.skip()
      }
    }
    self.init(
      processID: try processID.orMissing("pid", at: json.offset),
      port: try port.orMissing("port", at: json.offset),
      version: version,
      started: started
    )
    self.workspaceFile = workspaceFile
  }
}
