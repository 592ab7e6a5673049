package import HanseModel

/// One line from the host to a location.
package enum HostMessage: Hashable, Sendable {
  case initialize(id: Int64, InitializeRequest)
  case definitions(id: Int64, DefinitionsRequest)
  case executeStep(id: Int64, StepRequest)
  /// A notification: the answer is that of the step.
  case cancelStep(AttemptID)
  case ping(id: Int64)
  case shutdown(id: Int64)
  /// A method this version does not know; with an id it wants an error for an answer.
  case unknown(id: Int64?, method: String)

  package var method: String {
    switch self {
    case .initialize: WireProtocol.Method.initialize
    case .definitions: WireProtocol.Method.definitions
    case .executeStep: WireProtocol.Method.executeStep
    case .cancelStep: WireProtocol.Method.cancelStep
    case .ping: WireProtocol.Method.ping
    case .shutdown: WireProtocol.Method.shutdown
    case .unknown(_, let method): method
    }
  }

  package var id: Int64? {
    switch self {
    case .initialize(let id, _), .definitions(let id, _), .executeStep(let id, _), .ping(let id),
      .shutdown(let id):
      id
    case .cancelStep: nil
    case .unknown(let id, _): id
    }
  }
}

extension HostMessage: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("jsonrpc", "2.0")
    json.member("id", id)
    json.member("method", method)
    switch self {
    case .initialize(_, let request): json.member("params", request)
    case .definitions(_, let request): json.member("params", request)
    case .executeStep(_, let request): json.member("params", request)
    case .cancelStep(let attempt): json.member("params", attempt)
    case .ping, .shutdown, .unknown: break
    }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    let envelope = try Envelope(from: &json)
    let offset = json.offset
    let method = try envelope.method.orMissing("method", at: offset)
    func id() throws(JSONError) -> Int64 { try envelope.id.orMissing("id", at: offset) }
    switch method {
    case WireProtocol.Method.initialize:
      self = .initialize(id: try id(), try envelope.parameters(in: json))
    case WireProtocol.Method.definitions:
      self = .definitions(id: try id(), try envelope.parameters(in: json))
    case WireProtocol.Method.executeStep:
      self = .executeStep(id: try id(), try envelope.parameters(in: json))
    case WireProtocol.Method.cancelStep:
      self = .cancelStep(try envelope.parameters(in: json))
    case WireProtocol.Method.ping: self = .ping(id: try id())
    case WireProtocol.Method.shutdown: self = .shutdown(id: try id())
    default: self = .unknown(id: envelope.id, method: method)
    }
  }
}
