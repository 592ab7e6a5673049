package import HanseModel

/// The members that every JSON-RPC message is made of, with the places of the larger ones.
///
/// Members may come in any order, so what they mean is read in a second step.
package struct Envelope: Sendable {
  package var seq: Int64?
  package var id: Int64?
  package var method: String?
  package var paramsPlace: Int?
  package var resultPlace: Int?
  package var error: RPCError?

  package init(from json: inout JSONReader) throws(JSONError) {
    var version: String?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "jsonrpc": version = try json.string()
      case "seq": seq = try json.int64()
      case "id": id = try json.optional()
      case "method": method = try json.string()
      case "params": paramsPlace = try json.skip().lowerBound
      case "result": resultPlace = try json.skip().lowerBound
      case "error": error = try json.value()
      default: try json.skip()
      }
    }
    guard version == "2.0" else {
      throw JSONError(
        .wrongType,
        at: json.offset,
        "the member \"jsonrpc\" must be \"2.0\"",
        path: ["jsonrpc"]
      )
    }
  }

  package func parameters<Value: JSONCodable>(
    in json: JSONReader
  ) throws(JSONError) -> Value {
    let place = try paramsPlace.orMissing("params", at: json.offset)
    var reader = JSONReader(json.bytes, at: place)
    do throws(JSONError) {
      return try Value(from: &reader)
    } catch {
      throw error.inside("params")
    }
  }
}
