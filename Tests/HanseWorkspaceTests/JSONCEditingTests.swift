import HanseModel
import HanseWorkspace
import Testing

@Suite struct JSONCEditingTests {
  private func edited(
    _ text: String,
    _ edit: (JSONCDocument) throws -> JSONCDocument
  ) throws -> String {
    let document = try JSONCDocument(parsing: Array(text.utf8))
    return String(decoding: try edit(document).bytes, as: UTF8.self)
  }

  @Test func `replacing a value changes its bytes and no others`() throws {
    let text = "{\r\n\t// ümlaut\r\n\t\"a\" : [ 1, /* two */ 2, ], // end\r\n}\r\n"
    let result = try edited(text) {
      try $0.replacing([.member("a"), .element(1)], with: "zwei")
    }
    #expect(result == "{\r\n\t// ümlaut\r\n\t\"a\" : [ 1, /* two */ \"zwei\", ], // end\r\n}\r\n")
  }

  @Test(arguments: [
    (#"{}"#, #"{ "b": 2 }"#),
    (#"{ }"#, #"{ "b": 2 }"#),
    (#"{ "a": 1 }"#, #"{ "a": 1, "b": 2 }"#),
    (#"{ "a": 1, }"#, #"{ "a": 1, "b": 2, }"#),
    (#"{ "a": 1 /* one */ }"#, #"{ "a": 1, "b": 2 /* one */ }"#),
    ("{\n}", "{\n  \"b\": 2\n}"),
    ("{\n  // none yet\n}", "{\n  // none yet\n  \"b\": 2\n}"),
    ("{ /* none */ }", "{ /* none */ \"b\": 2 }"),
    ("{\n    \"a\": 1\n}", "{\n    \"a\": 1,\n    \"b\": 2\n}"),
    ("{\n  \"a\": 1 // one\n}", "{\n  \"a\": 1, // one\n  \"b\": 2\n}"),
    ("{\n  \"a\": 1, // one\n}", "{\n  \"a\": 1, // one\n  \"b\": 2,\n}"),
    ("{\n  \"a\": 1 }", "{\n  \"a\": 1,\n  \"b\": 2 }"),
    ("{\r\n\t\"a\": 1\r\n}", "{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}"),
  ])
  func `an inserted member looks like its neighbours`(before: String, after: String) throws {
    #expect(try edited(before) { try $0.inserting("b", 2, at: []) } == after)
  }

  @Test func `an appended element looks like its neighbours`() throws {
    let text = "{\n  \"list\": [\n    { \"name\": \"a\" } // first\n    /* end */\n  ]\n}\n"
    let result = try edited(text) {
      try $0.appending(["name": "b"], at: [.member("list")])
    }
    #expect(
      result == "{\n  \"list\": [\n    { \"name\": \"a\" }, // first\n    { \"name\": \"b\" }\n"
        + "    /* end */\n  ]\n}\n"
    )
  }

  @Test(arguments: [
    (#"{ "a": 1 }"#, #"{ }"#),
    (#"{ "a": 1, "b": 2 }"#, #"{ "b": 2 }"#),
    (#"{ "b": 2, "a": 1 }"#, #"{ "b": 2 }"#),
    (#"{ "b": 2, /* x */ "a": 1 }"#, #"{ "b": 2 /* x */ }"#),
    ("{\n  \"a\": 1, // one\n  \"b\": 2\n}", "{\n  \"b\": 2\n}"),
    ("{\n  \"b\": 2,\n  // on a\n  \"a\": [\n    1\n  ]\n}", "{\n  \"b\": 2\n  // on a\n}"),
    ("{\n  \"b\": 2, // two\n  \"a\": 1,\n}", "{\n  \"b\": 2, // two\n}"),
    ("{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}", "{\r\n  \"b\": 2\r\n}"),
    ("{\n  \"b\": 2,\n  \"a\": 1 }", "{\n  \"b\": 2\n }"),
  ])
  func `a removed member takes its comma and its line with it`(
    before: String,
    after: String
  ) throws {
    let result = try edited(before) { try $0.removing([.member("a")]) }
    #expect(result == after)
  }

  @Test func `a long value is written with a line for each item`() throws {
    let long = JSONValue.string(String(repeating: "x", count: 70))
    let result = try edited("{\n  \"a\": 1\n}") {
      try $0.replacing([.member("a")], with: ["p": long, "q": [1, 2]])
    }
    #expect(
      result
        == "{\n  \"a\": {\n    \"p\": \"\(String(repeating: "x", count: 70))\",\n"
        + "    \"q\": [1, 2]\n  }\n}"
    )
  }

  @Test func `an edit of what is not there says so`() throws {
    let document = try JSONCDocument(parsing: Array(#"{ "a": [1] }"#.utf8))
    let path: [JSONCStep] = [.member("a"), .element(3)]
    #expect(throws: JSONCEditError("there is no element 3 of member \"a\"")) {
      try document.replacing(path, with: 1)
    }
    #expect(throws: JSONCEditError("the file's value has a member \"a\" already")) {
      try document.inserting("a", 1, at: [])
    }
    #expect(throws: JSONCEditError("member \"a\" is no object")) {
      try document.inserting("b", 1, at: [.member("a")])
    }
    #expect(throws: JSONCEditError("the file's value is no array")) {
      try document.appending(1, at: [])
    }
    #expect(throws: JSONCEditError("the whole file cannot be removed")) {
      try document.removing([])
    }
  }

  @Test func `inserting a member and removing it restores the file`() throws {
    let document = try JSONCDocument(parsing: Array(Samples.full.utf8))
    let places: [[JSONCStep]] = [
      [], [.member("locations"), .element(0)], [.member("limits")],
      [.member("locations"), .element(0), .member("labels")],
      [.member("queues"), .element(1), .member("rate")],
    ]
    for place in places {
      let larger = try document.inserting("new", ["deep": [1, 2]], at: place)
      #expect(larger.node(at: place + [.member("new")])?.value == ["deep": [1, 2]])
      #expect(try larger.removing(place + [.member("new")]).bytes == document.bytes)
    }
  }
}
