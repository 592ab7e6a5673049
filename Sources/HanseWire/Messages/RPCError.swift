package import HanseModel

/// The error member of a JSON-RPC response.
package struct RPCError: Error, Hashable, Sendable {
  package enum Code {
    package static let parseError = -32700
    package static let invalidRequest = -32600
    package static let methodNotFound = -32601
    package static let invalidParameters = -32602
    package static let internalError = -32603
    /// No protocol version in common.
    package static let noCommonVersion = -32000
    /// The location's own definitions have errors.
    package static let invalidDefinitions = -32001
  }

  package var code: Int
  package var message: String
  package var data: JSONValue?

  package init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }
}

extension RPCError: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("code", code)
    json.member("message", message)
    json.member("data", data)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var code: Int?
    var text: String?
    self.init(code: 0, message: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "code": code = try json.int()
      case "message": text = try json.string()
      case "data": data = try json.optional()
      default: try json.skip()
      }
    }
    self.code = try code.orMissing("code", at: json.offset)
    message = try text.orMissing("message", at: json.offset)
  }
}
