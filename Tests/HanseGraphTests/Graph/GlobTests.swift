import Testing

@testable import HanseGraph

@Suite struct GlobTests {
  @Test(arguments: [
    ("a", "a", true), ("a", "ab", false), ("a", "A", false), ("", "", true), ("", "a", false),
    ("*", "", true), ("*", "a/b", true), ("a*", "a", true), ("a*", "ba", false),
    ("*a", "ba", true), ("*a", "ab", false), ("a*a", "a", false), ("a*a", "aa", true),
    ("a*b*c", "a/b/c", true), ("a*b*c", "acb", false), ("*b*", "abc", true),
    ("a*bc*c", "abcc", true), ("a*bc*c", "abc", false), ("a**b", "ab", true),
    ("climate/*", "climate/daily", true), ("climate/*", "climate", false), ("a?", "ab", false),
  ])
  func `a pattern matches`(pattern: String, text: String, matches: Bool) {
    #expect(Glob(pattern).matches(text) == matches)
  }

  @Test func `neighbouring stars are one`() {
    #expect(Glob("a***b") == Glob("a*b"))
    #expect(Glob("***") == Glob("*"))
    #expect(Glob("*").matchesAll)
    #expect(Glob("a*").literal == nil)
    #expect(Glob("ab").literal == "ab")
  }
}
