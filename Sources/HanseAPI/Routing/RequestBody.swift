import HanseModel

/// The JSON object of a call, every member of which is known.
///
/// A misspelt member would otherwise be ignored, and something else done than was asked for.
struct RequestBody {
  let bytes: [UInt8]
  private let value: JSONValue

  /// - Parameters:
  ///   - bytes: What came; nothing at all is an empty object.
  ///   - known: The members there are.
  /// - Throws: For what is no JSON object, and for a member that is not known.
  init(_ bytes: [UInt8], known: [String]) throws(Problem) {
    self.bytes = bytes.isEmpty ? Array("{}".utf8) : bytes
    do throws(JSONError) {
      value = try JSONValue.decode(self.bytes)
    } catch {
      throw .invalidBody(error)
    }
    guard let members = value.objectMembers else {
      throw .invalidBody(
        JSONError(.wrongType, at: 0, "expected an object, found \(value.kindDescription)")
      )
    }
    for member in members where !known.contains(member.name) {
      throw known.isEmpty
        ? .invalidRequest("the body has a member \"\(member.name)\"; send {} or nothing")
        : .unknownMember(member.name, known: known)
    }
  }

  func decode<Value: JSONCodable>(_ type: Value.Type = Value.self) throws(Problem) -> Value {
    do throws(JSONError) {
      return try Value.decode(bytes)
    } catch {
      throw .invalidBody(error)
    }
  }

  func require(_ name: String) throws(Problem) {
    guard value[name] == nil else { return }
    throw .invalidBody(
      JSONError(.missingMember, at: bytes.count, "the member \"\(name)\" is missing")
    )
  }
}
