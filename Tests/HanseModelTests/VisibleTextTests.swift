import HanseModel
import Testing

struct VisibleTextTests {
  @Test(arguments: [
    ("plain ASCII, Zürich, 東京, 🚢", "plain ASCII, Zürich, 東京, 🚢"),
    ("a\u{1B}[31mred", "a\\u{1b}[31mred"), ("\u{1B}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
    ("\u{9B}31mred", "\\u{9b}31mred"), ("\u{9D}0;title\u{9C}", "\\u{9d}0;title\\u{9c}"),
    ("over\rwritten", "over\\u{d}written"), ("rub\u{8}out\u{7F}", "rub\\u{8}out\\u{7f}"),
    ("\u{202E}desrever", "\\u{202e}desrever"),
    ("\u{2066}isolated\u{2069}", "\\u{2066}isolated\\u{2069}"),
    ("\u{200F}mark\u{61C}", "\\u{200f}mark\\u{61c}"), ("a\u{2028}b", "a\\u{2028}b"),
    ("a\tb\nc", "a  b\nc"),
  ])
  func `what works a terminal becomes visible`(text: String, expected: String) {
    #expect(text.visible == expected)
    #expect(!expected.unicodeScalars.contains { $0.isHidden && $0 != "\n" })
  }

  @Test func `one line has no break of any kind`() {
    #expect(
      "one\r\ntwo\nthree\u{85}four\u{2028}five\u{B}six".visibleLine == "one two three four five six"
    )
  }

  @Test func `JSON holds no character raw that works a terminal, and reads back the same`() throws {
    var hidden = ""
    for value in UInt32(0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value), scalar.isHidden else { continue }
      hidden.unicodeScalars.append(scalar)
      let alone = JSONWriter.text(JSONValue.string("a\(scalar)"))
      #expect(!alone.unicodeScalars.contains { $0.isHidden }, "U+\(scalar.fourDigits)")
    }
    #expect(hidden.unicodeScalars.count == 79)
    let value: JSONValue = .object([.init("key\(hidden)é東🚢\"\\", .string("\(hidden)°é東🚢\"\\/"))])
    let text = JSONWriter.text(value)
    #expect(!text.unicodeScalars.contains { $0.isHidden })
    #expect(try JSONValue(parsing: text) == value)
    #expect(JSONWriter.text(JSONValue.string("\u{9B}\u{202E}\u{7F}é")) == #""\u009b\u202e\u007fé""#)
  }

  @Test(
    arguments: [
      ("2010-07-04", nil), ("eu/west 1|äöü", nil), (String(repeating: "x", count: 200), nil),
      ("", "it is empty"), (String(repeating: "x", count: 201), "it has 201 bytes, more than 200"),
      ("a\u{1B}[2J", "it has the control character U+001B"),
      ("a\nb", "it has the control character U+000A"),
      ("a\u{9B}2J", "it has the control character U+009B"),
      ("\u{202E}a", "it has the control character U+202E"),
      ("a\u{FFFD}", "it has U+FFFD, which stands for bytes that are not UTF-8"),
    ] as [(String, String?)]
  )
  func `a partition's key says what is wrong with it`(text: String, problem: String?) {
    #expect(PartitionKey(text).problem == problem)
  }
}
