/// Names an asset: one or more segments joined by `/`, such as `climate/daily`.
///
/// A key from a definition is kept as it was written, even when it is not valid: merging turns it
/// into a diagnostic for its owner instead of an error for everyone.
public struct AssetKey: Hashable, Sendable, Comparable, ExpressibleByStringInterpolation,
  CustomStringConvertible
{
  public let path: String

  public init(_ path: String) { self.path = path }
  public init(stringLiteral path: String) { self.path = path }

  public var description: String { path }

  /// The parts between the slashes.
  public var segments: [String] {
    path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  /// What is wrong with the key, or nil for a good one.
  ///
  /// Each segment has 1 to 100 of the characters `A-Z a-z 0-9 _ . -` and is not `.` or `..`, so
  /// that a key is also a safe relative path; the whole has at most 512 bytes.
  public var problem: String? {
    if path.isEmpty { return "the key is empty" }
    if path.utf8.count > 512 { return "the key is longer than 512 bytes" }
    // One pass without allocation: a merge asks this of every key there is.
    var length = 0
    var dots = 0
    for byte in path.utf8 {
      if byte == UInt8(ascii: "/") {
        if let problem = AssetKey.problem(segmentLength: length, dots: dots) { return problem }
        length = 0
        dots = 0
      } else {
        if !AssetKey.isAllowed(byte) {
          return "a segment has a character other than A-Z a-z 0-9 _ . -"
        }
        length += 1
        if byte == UInt8(ascii: ".") { dots += 1 }
      }
    }
    return AssetKey.problem(segmentLength: length, dots: dots)
  }

  private static func problem(segmentLength length: Int, dots: Int) -> String? {
    if length == 0 { return "a segment is empty" }
    if length > 100 { return "a segment is longer than 100 characters" }
    if length <= 2 && dots == length { return "a segment is \".\" or \"..\"" }
    return nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  public static func < (left: AssetKey, right: AssetKey) -> Bool { left.path < right.path }
}

extension AssetKey: JSONStringCodable {
  package var jsonString: String { path }
  package init(jsonString: String) { self.init(jsonString) }
}
