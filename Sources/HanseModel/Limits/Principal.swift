/// Who gave an order, as far as the host can know it: the user of this machine whose process it was.
public struct Principal: Hashable, Sendable, CustomStringConvertible {
  public var userID: Int
  /// Nil where the machine has no name for the user.
  public var userName: String?

  public init(userID: Int, userName: String? = nil) {
    self.userID = userID
    self.userName = userName
  }

  public var description: String {
    userName.map { "\($0) (user \(userID))" } ?? "user \(userID)"
  }
}

extension Principal: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("userID", userID)
    json.member("userName", userName)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var id: Int?
    var name: String?
    try json.object { member, json throws(JSONError) in
      switch member {
      case "userID": id = try json.int()
      case "userName": name = try json.optional()
      default: try json.skip()
      }
    }
    self.init(userID: try id.orMissing("userID", at: json.offset), userName: name)
  }
}
