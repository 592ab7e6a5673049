/// Names a program by what is in its file: the SHA-256 of its bytes, in lowercase hexadecimal.
///
/// Files of one digest are the same program, wherever they lie and whenever they were written.
public struct BinaryDigest: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  public let text: String
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

  /// As much of it as people need to tell it from others.
  public var short: String { String(text.prefix(12)) }
}

extension BinaryDigest: JSONStringCodable {
  package var jsonString: String { text }
  package init(jsonString: String) { self.init(jsonString) }
}
