import Foundation
import HanseModel
import Testing

/// A table in the manner of Nicolas Seriot's JSONTestSuite: texts that must pass, texts that must
/// not, and what Foundation says to them.
@Suite struct JSONSuiteTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    /// The exact message, or nil where the text must pass.
    var refusal: String?
    /// Whether Foundation judges otherwise, which is why the validator exists.
    var foundationDiffers = false

    var testDescription: String { name }
  }

  static func good(_ name: String, _ text: String) -> Case {
    Case(name: name, bytes: Array(text.utf8), refusal: nil)
  }

  static func bad(_ name: String, _ text: String, _ refusal: String, lax: Bool = false) -> Case {
    Case(name: name, bytes: Array(text.utf8), refusal: refusal, foundationDiffers: lax)
  }

  static let accepted: [Case] = [
    good("white space around", " \t\r\n{} \t\r\n"), good("an empty array", "[]"),
    good("an empty name", #"{"":0}"#), good("nested", #"{"a":[{"b":[[]]}]}"#),
    good("scalars at the top", "null"), good("a negative zero", "-0"),
    good("all the forms of numbers", "[0,-1,1.5,-0.1,1e5,1E+5,1.25e-3,0e0]"),
    good("every escape", #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00""#),
    good("text of two to four bytes", "\"é€😀\u{10FFFF}\""),
    good("names that differ by case", #"{"a":1,"A":2}"#),
    good("equal names in different objects", #"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#),
    good("a delete character", "\"\u{7F}\""), good("an escaped zero", #""\u0000""#),
    good("64 levels", String(repeating: "[", count: 64) + String(repeating: "]", count: 64)),
    good(
      "seventeen members",
      "{" + (0..<17).map { "\"m\($0)\":\($0)" }.joined(separator: ",") + "}"
    ),
  ]

  static let refused: [Case] = [
    bad("nothing", "", "the text ends in the middle of a value (byte 0)"),
    bad("space only", "  ", "the text ends in the middle of a value (byte 2)"),
    bad(
      "a trailing comma in an array",
      "[1,]",
      "expected a value, found byte 0x5D (byte 3)",
      lax: true
    ),
    bad(
      "a trailing comma in an object",
      #"{"a":1,}"#,
      "expected a member's name in quotes (byte 7)",
      lax: true
    ),
    bad("a leading comma", "[,1]", "expected a value, found byte 0x2C (byte 1)"),
    bad("two values", "1 2", "something follows the value (byte 2)"),
    bad("a member twice", #"{"a":1,"a":2}"#, dup("a", 7), lax: true),
    bad("a member twice, once escaped", #"{"a":1,"\u0061":2}"#, dup("a", 7), lax: true),
    bad(
      "a member twice among many",
      "{" + (0..<20).map { "\"m\($0 % 19)\":0" }.joined(separator: ",") + "}",
      dup("m0", 143),
      lax: true
    ),
    bad("a comment", "[1 /* one */]", #"expected "," or "]", found byte 0x2F (byte 3)"#),
    bad("single quotes", "{'a':1}", "expected a member's name in quotes (byte 1)"),
    bad("a bare name", "{a:1}", "expected a member's name in quotes (byte 1)"),
    bad("no colon", #"{"a" 1}"#, "expected \":\" after a member's name (byte 5)"),
    bad("a wrong bracket", "[1}", #"expected "," or "]", found byte 0x7D (byte 2)"#),
    bad("an open object", #"{"a":1"#, "the text ends in the middle of a value (byte 6)"),
    bad("an open string", #""abc"#, "a string without its end (byte 4)"),
    bad("a string that ends in a backslash", #""abc\"#, "a string without its end (byte 4)"),
    bad("a raw newline in a string", "\"a\nb\"", control("0x0A", 2)),
    bad("a raw tab after an escape", "\"\\n\tb\"", control("0x09", 3)),
    bad("an unknown escape", #""\x""#, "an unknown escape in a string (byte 1)"),
    bad("half a \\u escape", #""\u00g0""#, quad(1)), bad("a cut \\u escape", #""\u00"#, quad(1)),
    bad("a lone high surrogate", #""\uD83D""#, "a surrogate without its other half (byte 1)"),
    bad("a lone low surrogate", #""\uDE00""#, "a surrogate without its other half (byte 1)"),
    bad("two high surrogates", #""\uD83D\uD83D""#, "a surrogate without its other half (byte 1)"),
    bad("a leading zero", "01", "a number with a leading zero (byte 0)"),
    bad("a leading plus", "+1", "expected a value, found byte 0x2B (byte 0)"),
    bad("a number that ends in a point", "1.", "a number without its digits (byte 0)"),
    bad("a number that starts with a point", ".1", "expected a value, found byte 0x2E (byte 0)"),
    bad("an empty exponent", "1e", "a number without its digits (byte 0)"),
    bad("a bare minus", "-", "a number without its digits (byte 0)"),
    bad("not a number", "NaN", "expected a value, found byte 0x4E (byte 0)"),
    bad("infinity", "-Infinity", "a number without its digits (byte 0)"),
    bad("hexadecimal", "0x1F", "something follows the value (byte 1)"),
    bad("a word misspelt", "[nul]", "expected null (byte 1)"),
    bad("a word in capitals", "True", "expected a value, found byte 0x54 (byte 0)"),
    bad(
      "65 levels",
      String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
      "nested deeper than 64 levels (byte 64)",
      lax: true
    ),
    bad(
      "a byte order mark",
      "\u{FEFF}{}",
      "expected a value, found byte 0xEF (byte 0)",
      lax: true
    ),
    Case(
      name: "UTF-16 without a mark",
      bytes: Array("{}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
      refusal: "expected a member's name in quotes (byte 1)",
      foundationDiffers: true
    ),
    Case(
      name: "UTF-32 with a mark",
      bytes: [0xFF, 0xFE, 0, 0, 0x31, 0, 0, 0],
      refusal: "expected a value, found byte 0xFF (byte 0)",
      foundationDiffers: true
    ),
    raw("an overlong slash", [0xC0, 0xAF], "byte 0xC0 is not UTF-8 (byte 1)"),
    raw("an encoded surrogate", [0xED, 0xA0, 0x80], "byte 0xED is not UTF-8 here (byte 1)"),
    raw("beyond Unicode", [0xF4, 0x90, 0x80, 0x80], "byte 0xF4 is not UTF-8 here (byte 1)"),
    raw("a lone continuation", [0x80], "byte 0x80 is not UTF-8 (byte 1)"),
    raw("a cut sequence", [0xE2, 0x82], "byte 0x22 is not UTF-8 here (byte 3)"),
  ]

  @Test(arguments: accepted)
  func `what is JSON passes, here and in Foundation`(_ example: Case) {
    #expect(throws: Never.self) { try JSONValidator.validate(example.bytes) }
    #expect(Foundational.accepts(example.bytes))
    #expect(Foundational.agrees(example.bytes))
  }

  @Test(arguments: refused)
  func `what is not JSON is refused with what is wrong and where`(_ example: Case) {
    let error = #expect(throws: JSONError.self) { try JSONValidator.validate(example.bytes) }
    #expect(error?.description == example.refusal)
    #expect(Foundational.accepts(example.bytes) == example.foundationDiffers)
  }

  private static func dup(_ name: String, _ byte: Int) -> String {
    #"member "\#(name)" stands twice in one object (byte \#(byte))"#
  }

  private static func control(_ hex: String, _ byte: Int) -> String {
    "a control character \(hex) inside a string (byte \(byte))"
  }

  private static func quad(_ byte: Int) -> String {
    #"a \u escape without four hexadecimal digits (byte \#(byte))"#
  }

  private static func raw(_ name: String, _ bytes: [UInt8], _ refusal: String) -> Case {
    Case(name: name, bytes: [0x22] + bytes + [0x22], refusal: refusal)
  }
}
