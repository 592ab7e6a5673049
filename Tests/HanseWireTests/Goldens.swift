import HanseModel
import HanseWire
import Testing

/// One message in both its forms: changing the text is a change of the protocol.
struct Golden: Sendable, CustomTestStringConvertible {
  /// The schema's file name without `.schema.json`.
  var schema: String
  var name: String
  var json: String
  /// What Swift writes for the value.
  var written: String
  /// Reads a text as this message and writes it again.
  var rewrite: @Sendable ([UInt8]) throws -> String

  var testDescription: String { name }

  static let all: [Golden] = fromHost + fromLocation
}

extension Golden {
  static func host(_ schema: String, _ name: String, _ value: HostMessage, _ json: String) -> Golden
  {
    Golden(schema: schema, name: name, json: json, written: JSONWriter.text(value)) { bytes in
      let message = try HostMessage(line: bytes)
      guard message.method == value.method else { throw WrongMessage() }
      return JSONWriter.text(message)
    }
  }

  static func result<Value: JSONCodable>(
    _ schema: String,
    _ name: String,
    _ value: Value,
    _ json: String
  ) -> Golden {
    Golden(
      schema: schema,
      name: name,
      json: json,
      written: text(LocationLine.result(value, id: 7, seq: 3))
    ) { bytes in
      let message = try LocationMessage(line: bytes, depthLimit: 64)
      guard case .result(let id, let place) = message.body else { throw WrongMessage() }
      return text(LocationLine.result(try place.read(as: Value.self), id: id, seq: message.seq))
    }
  }

  static func event(_ name: String, _ event: StepEvent, _ json: String) -> Golden {
    let notice = StepEventNotice(attempt: .sample, event: event)
    let method = WireProtocol.Method.stepEvent
    return Golden(
      schema: "step-event.notification",
      name: name,
      json: #"{"jsonrpc":"2.0","seq":3,"method":"step/event","params":{\#(AttemptID.json),"event":"#
        + json + "}}",
      written: text(LocationLine.notification(method, notice, seq: 3))
    ) { bytes in
      let message = try LocationMessage(line: bytes, depthLimit: 64)
      guard case .stepEvent(let notice) = message.body else { throw WrongMessage() }
      return text(LocationLine.notification(method, notice, seq: message.seq))
    }
  }

  static func log(_ name: String, _ record: LogRecord, _ json: String) -> Golden {
    Golden(
      schema: "log.notification",
      name: name,
      json: json,
      written: text(LocationLine.notification(WireProtocol.Method.log, record, seq: 3))
    ) { bytes in
      let message = try LocationMessage(line: bytes, depthLimit: 64)
      guard case .log(let record) = message.body else { throw WrongMessage() }
      return text(LocationLine.notification(WireProtocol.Method.log, record, seq: message.seq))
    }
  }

  static func error(_ name: String, _ error: RPCError, id: Int64?, _ json: String) -> Golden {
    Golden(
      schema: "error.response",
      name: name,
      json: json,
      written: text(LocationLine.error(error, id: id, seq: 3))
    ) { bytes in
      let message = try LocationMessage(line: bytes, depthLimit: 64)
      guard case .error(let id, let error) = message.body else { throw WrongMessage() }
      return text(LocationLine.error(error, id: id, seq: message.seq))
    }
  }

  /// The line's text without its newline.
  static func text(_ line: [UInt8]) -> String { String(decoding: line.dropLast(), as: UTF8.self) }
}

struct WrongMessage: Error {}

extension AttemptID {
  static let sample = AttemptID(
    run: "0123456789ab",
    step: "climate/daily",
    attempt: 2,
    epoch: HostEpoch(4)
  )

  /// The sample's members.
  static let json = #""run":"0123456789ab","step":"climate/daily","attempt":2,"epoch":4"#
}
