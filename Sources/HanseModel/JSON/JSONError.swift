/// Why bytes are not the JSON that was expected.
///
/// `offset` counts bytes from the start of the text; `path` names the members and indices that lead
/// to the place, outermost first.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case syntax, invalidUTF8, tooDeep, duplicateMember, missingMember, wrongType, outOfRange
    case trailingBytes
  }

  public var code: Code
  public var offset: Int
  public var message: String
  public var path: [String]

  package init(_ code: Code, at offset: Int, _ message: String, path: [String] = []) {
    self.code = code
    self.offset = offset
    self.message = message
    self.path = path
  }

  /// The same error, seen from one member further out.
  package func inside(_ name: String) -> JSONError {
    var outer = self
    outer.path.insert(name, at: 0)
    return outer
  }

  public var description: String {
    let place = path.isEmpty ? "" : " in \(path.joined(separator: "."))"
    return "\(message)\(place) (byte \(offset))"
  }
}
