import HanseModel
import Testing

@Suite struct ScalarReadingTests {
  static let integers: [(String, Int64)] = [
    ("0", 0), ("-0", 0), ("42", 42), ("-42", -42), ("9223372036854775807", .max),
    ("-9223372036854775808", .min), ("1.0", 1), ("1e3", 1000), ("-2.50e1", -25),
  ]

  @Test(arguments: integers)
  func `a whole number is read however it is written`(text: String, value: Int64) throws {
    #expect(try Int64.decode(text) == value)
  }

  static let notIntegers: [(String, String)] = [
    ("9223372036854775808", "a number that does not fit 64 bits (byte 0)"),
    ("-9223372036854775809", "a number that does not fit 64 bits (byte 0)"),
    ("1.5", "expected a whole number, found 1.5 (byte 0)"),
    ("1e400", "a number that does not fit a double: 1e400 (byte 0)"),
    ("\"1\"", "expected a number, found a string (byte 0)"),
    ("null", "expected a number, found null (byte 0)"),
  ]

  @Test(arguments: notIntegers)
  func `what is no whole number is refused`(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try Int64.decode(text) }
    #expect(error?.description == message)
  }

  @Test func `an error names the way to its place`() {
    let text = #"{"key":"a","metadata":{"rows":{"type":"integer","value":"many"}}}"#
    let error = #expect(throws: JSONError.self) { try AssetDefinition.decode(text) }
    #expect(
      error?.description == "expected a number, found a string in metadata.rows.value (byte 56)"
    )
    #expect(error?.path == ["metadata", "rows", "value"])
    #expect(error?.code == .wrongType)
  }

  @Test func `an element is named by its index`() {
    let error = #expect(throws: JSONError.self) { try [String].read("[\"a\",1]") }
    #expect(error?.description == "expected a string, found a number in 1 (byte 5)")
  }

  @Test func `NaN is written as null, and a metadata number of null is NaN`() throws {
    #expect(JSONWriter.text(MetadataValue.number(.nan)) == #"{"type":"number","value":null}"#)
    guard case .number(let value) = try MetadataValue.decode(#"{"type":"number","value":null}"#)
    else {
      Issue.record("not a number at all")
      return
    }
    #expect(value.isNaN)
  }

  @Test func `control characters are escaped`() {
    #expect(JSONWriter.text("\u{1}\u{8}\u{1F}\"\\/\n\r\té") == #""\u0001\u0008\u001f\"\\/\n\r\té""#)
  }
}

extension [String] {
  fileprivate static func read(_ text: String) throws -> [String] {
    var reader = JSONReader([UInt8](text.utf8))
    return try reader.list()
  }
}
