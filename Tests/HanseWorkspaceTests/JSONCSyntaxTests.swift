import HanseModel
import HanseWorkspace
import Testing

@Suite struct JSONCSyntaxTests {
  private func error(_ bytes: [UInt8]) -> String? {
    do {
      _ = try JSONCDocument(parsing: bytes)
      return nil
    } catch {
      return error.description
    }
  }

  private func error(_ text: String) -> String? { error(Array(text.utf8)) }

  @Test(arguments: [
    ("", "1:1: the file is empty; expected an object in braces"),
    ("// nothing\n ", "2:2: the file is empty; expected an object in braces"),
    ("{", "1:2: the file ends before the \"}\" of the \"{\" at line 1, column 1"),
    ("{\n\"a\": [1, 2", "2:11: the file ends before the \"]\" of the \"[\" at line 2, column 6"),
    (
      "{ \"a\": 1 \"b\": 2 }",
      "1:10: expected \",\" or \"}\" after the value of \"a\", found a string"
    ),
    ("[1 2]", "1:4: expected \",\" or \"]\" after the element, found a number"),
    ("[,]", "1:2: expected a value, found \",\""),
    ("{ \"a\": }", "1:8: expected the value of member \"a\", found \"}\""),
    ("{ \"a\" 1 }", "1:7: expected \":\" after member \"a\", found a number"),
    ("{ a: 1 }", "1:3: a member's name is written in double quotes: \"a\""),
    ("{ 'a': 1 }", "1:3: a member's name is written in double quotes, not in single ones"),
    ("{ ,}", "1:3: expected a member's name in double quotes, found \",\""),
    ("{ \"a\": 'x' }", "1:8: a string is written in double quotes, not in single ones"),
    ("{} {}", "1:4: expected the end of the file, found \"{\""),
    ("[True]", "1:2: expected a value, found \"True\"; did you mean true?"),
    ("[x]", "1:2: expected a value, found a word; a string is written in double quotes"),
    ("[\u{1}]", "1:2: expected a value, found the control character U+0001"),
    ("[é]", "1:2: expected a value, found \"é\""),
  ])
  func `a structure that is not JSON is refused at its place`(text: String, message: String) {
    #expect(error(text) == message)
  }

  @Test(arguments: [
    ("[\"abc", "1:2: the string has no closing quote"),
    ("[\"abc\n\"]", "1:2: the string has no closing quote on its line"),
    ("[\"a\tb\"]", "1:4: a tab in a string is written \\t"),
    (
      "[\"a\u{2}\"]", "1:4: a control character in a string is written as an escape: \\u0002"
    ),
    ("[\"\\x\"]", "1:3: an unknown escape in a string"),
    ("[\"\\u12g4\"]", "1:3: a \\u escape without four hexadecimal digits"),
    ("[\"\\u+123\"]", "1:3: a \\u escape without four hexadecimal digits"),
    ("[\"\\ud800\"]", "1:3: a surrogate without its other half"),
    ("[\"\\ud800\\u0041\"]", "1:3: a surrogate without its other half"),
    ("[01]", "1:2: a number does not begin with 0"),
    ("[-]", "1:3: expected a digit, found \"]\""),
    ("[1.]", "1:4: expected a digit, found \"]\""),
    ("[1e+]", "1:5: expected a digit, found \"]\""),
    ("[1e999]", "1:2: the number is too large"),
    ("[10s]", "1:2: a number with a unit is written in quotes, such as \"10s\""),
    ("[+1]", "1:2: expected a value, found \"+\""),
    ("/* open", "1:1: the comment has no end: */"),
    ("/*/", "1:1: the comment has no end: */"),
    ("{} / x", "1:4: a comment begins with // or stands between /* and */"),
    ("# x\n{}", "1:1: a comment begins with // or stands between /* and */, not with #"),
  ])
  func `a bad string, number or comment is refused at its place`(text: String, message: String) {
    #expect(error(text) == message)
  }

  @Test func `bytes that are no UTF-8 are refused at their place`() {
    #expect(
      error([0x5B, 0x22, 0xC3, 0xA9, 0xFF, 0x22, 0x5D])
        == "1:4: the byte 0xFF is not valid UTF-8; save the file as UTF-8"
    )
    #expect(
      error([0xEF, 0xBB, 0xBF, 0x7B, 0x7D])
        == "1:1: the file begins with a byte order mark; save it as UTF-8 without one"
    )
  }

  @Test(arguments: [
    "{ \"TOKEN\": hunter2 }", "{ \"TOKEN\": 4711hunter2 }", "{ \"TOKEN\" hunter2 }",
    "{ \"TOKEN\": \"x\" hunter2 }", "{ \"TOKEN\": \"x\" \"hunter2\" }", "{ \"TOKEN\": \"hunter2",
  ])
  func `a secret that lost its quotes is not shown`(text: String) throws {
    #expect(try #require(error(text)).contains("hunter2") == false)
  }

  @Test func `nesting has a limit`() {
    let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(error(deepest) == nil)
    #expect(error("[" + deepest + "]") == "1:65: nested deeper than 64 levels")
  }

  @Test func `the size has a limit`() {
    let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 16 * 1024 * 1024 + 1)
    #expect(
      error(bytes) == "1:1: the file has 16777217 bytes; the limit is 16 MiB (16777216 bytes)"
    )
  }

  @Test func `comments and trailing commas mean nothing`() throws {
    let text = "// a\n{ /* b */ \"x\" /**/ : [1, 2,], // c\r\"y\": { \"z\": null, }, }//"
    let document = try JSONCDocument(parsing: Array(text.utf8))
    #expect(document.root.value == ["x": [1, 2], "y": ["z": nil]])
  }

  @Test func `columns count characters and lines end in three ways`() throws {
    let text = "{\r\n\t\"ä\": \"€😀\",\r\t/* ü */ \"b\": 1,\n\"c\": 2 }"
    let document = try JSONCDocument(parsing: Array(text.utf8))
    let members = document.root.members
    #expect(
      members.map(\.namePosition.description) == [
        "line 2, column 2", "line 3, column 10", "line 4, column 1",
      ]
    )
    #expect(
      members.map(\.value.position.description) == [
        "line 2, column 7", "line 3, column 15", "line 4, column 6",
      ]
    )
  }

  @Test func `every value lies where the tree says`() throws {
    let document = try JSONCDocument(parsing: Array(Samples.full.utf8))
    var nodes = [document.root]
    var count = 0
    while let node = nodes.popLast() {
      count += 1
      let own = try JSONCDocument(parsing: Array(document.bytes[node.range]))
      #expect(own.root.value == node.value)
      #expect(node.position == SourcePosition(of: node.range.lowerBound, in: document.bytes))
      for member in node.members {
        let name = Array(document.bytes[member.nameRange])
        #expect(try JSONCDocument(parsing: name).root.stringValue == member.name)
      }
      nodes += node.elements.map(\.value) + node.members.map(\.value)
    }
    #expect(count > 60)
    #expect(document.bytes == Array(Samples.full.utf8))
  }

  @Test func `a member that stands twice is named with both places`() throws {
    let text = "{ \"a\": 1,\n  \"b\": { \"a\": 1, \"\\u0061\": 2 },\n  \"a\": 3 }"
    let document = try JSONCDocument(parsing: Array(text.utf8))
    let found = document.duplicates.map { "\($0.name) \($0.first) and \($0.second)" }
    #expect(
      found == [
        "a line 2, column 10 and line 2, column 18", "a line 1, column 3 and line 3, column 3",
      ]
    )
  }
}
