package import HanseModel

/// One line from a location to the host.
///
/// Each carries `seq`, which counts the location's lines from 1, so that a lost line is noticed at
/// the next.
package struct LocationMessage: Sendable {
  package enum Body: Sendable {
    /// The answer to the request of that id; what it means depends on the request.
    case result(id: Int64, ResultPlace)
    case error(id: Int64?, RPCError)
    case stepEvent(StepEventNotice)
    case log(LogRecord)
    /// A notification of a later version, or a request, which is not the location's to make.
    case unknown(method: String)
    /// A notification whose parameters cannot be read; the line as such is good.
    case malformed(method: String, JSONError)
  }

  /// Where a result lies in its line, to be read as the type that the request calls for.
  package struct ResultPlace: Sendable {
    private let reader: JSONReader

    fileprivate init(_ reader: JSONReader) { self.reader = reader }

    /// The whole line.
    package var line: [UInt8] { reader.bytes }

    package func read<Value: JSONCodable>(
      as type: Value.Type = Value.self
    ) throws(JSONError) -> Value {
      var reader = reader
      do throws(JSONError) {
        return try Value(from: &reader)
      } catch {
        throw error.inside("result")
      }
    }
  }

  package var seq: Int64
  package var body: Body

  /// Reads a line that came from a location, trusting nothing.
  package init(line: [UInt8], depthLimit: Int) throws(JSONError) {
    try JSONValidator.validate(line, depthLimit: depthLimit)
    var json = JSONReader(line)
    let envelope = try Envelope(from: &json)
    seq = try envelope.seq.orMissing("seq", at: json.offset)
    if let error = envelope.error {
      body = .error(id: envelope.id, error)
    } else if let place = envelope.resultPlace {
      let id = try envelope.id.orMissing("id", at: json.offset)
      body = .result(id: id, ResultPlace(JSONReader(line, at: place)))
    } else {
      let method = try envelope.method.orMissing("method", at: json.offset)
      body = Self.notification(of: method, envelope, json)
    }
  }

  /// What cannot be read of a notification costs that notification and no more: by its number it is
  /// known that nothing was lost.
  private static func notification(
    of method: String,
    _ envelope: Envelope,
    _ json: JSONReader
  ) -> Body {
    // With an id it would be a request.
    guard envelope.id == nil else { return .unknown(method: method) }
    do throws(JSONError) {
      switch method {
      case WireProtocol.Method.stepEvent: return .stepEvent(try envelope.parameters(in: json))
      case WireProtocol.Method.log: return .log(try envelope.parameters(in: json))
      default: return .unknown(method: method)
      }
    } catch {
      return .malformed(method: method, error)
    }
  }
}

/// One line of a location but for its `seq`, which is known when its turn comes.
package struct LocationLine: Sendable {
  /// What follows the number, with the newline.
  private let tail: [UInt8]

  package static func result(_ value: some JSONCodable, id: Int64) -> LocationLine {
    LocationLine { json in
      json.member("id", id)
      json.member("result", value)
    }
  }

  package static func error(_ error: RPCError, id: Int64?) -> LocationLine {
    LocationLine { json in
      if let id { json.member("id", id) } else { json.member("id", JSONValue.null) }
      json.member("error", error)
    }
  }

  package static func notification(
    _ method: String,
    _ parameters: some JSONCodable
  ) -> LocationLine {
    LocationLine { json in
      json.member("method", method)
      json.member("params", parameters)
    }
  }

  private init(_ members: (inout JSONWriter) -> Void) {
    var json = JSONWriter(reservingBytes: 256)
    members(&json)
    json.endObject()
    tail = json.takeBytes() + [UInt8(ascii: "\n")]
  }

  /// The length of the whole line without its newline, with room for the longest number.
  package var byteCount: Int { LocationLine.head.utf8.count + 20 + tail.count }

  /// Appends the whole line, with its newline.
  package func append(to bytes: inout [UInt8], seq: Int64) {
    bytes.append(contentsOf: LocationLine.head.utf8)
    bytes.append(contentsOf: String(seq).utf8)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: tail)
  }

  private static let head = #"{"jsonrpc":"2.0","seq":"#

  /// The whole line, with its newline.
  package func bytes(seq: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes, seq: seq)
    return bytes
  }
}

/// The whole lines at once, for those who know the number.
extension LocationLine {
  package static func result(_ value: some JSONCodable, id: Int64, seq: Int64) -> [UInt8] {
    result(value, id: id).bytes(seq: seq)
  }

  package static func error(_ error: RPCError, id: Int64?, seq: Int64) -> [UInt8] {
    LocationLine.error(error, id: id).bytes(seq: seq)
  }

  package static func notification(
    _ method: String,
    _ parameters: some JSONCodable,
    seq: Int64
  ) -> [UInt8] {
    notification(method, parameters).bytes(seq: seq)
  }
}

extension HostMessage {
  /// One whole line, with its newline.
  package var line: [UInt8] {
    var bytes = JSONWriter.encode(self)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Reads a line that came from the host.
  package init(line: [UInt8]) throws(JSONError) {
    self = try HostMessage.decode(line)
  }
}
