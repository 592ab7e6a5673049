import Testing

@testable import HanseCLI

struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("Zürich", 6), ("e\u{301}", 1), ("東京", 4), ("ｱ", 1), ("🚢", 2),
    ("✔", 1), ("✔\u{FE0F}", 2), ("👩‍🚀", 2), ("a\u{200D}b", 2), ("…", 1), ("█░", 2),
  ])
  func `columns are those of a terminal`(text: String, columns: Int) {
    #expect(DisplayWidth.columns(of: text) == columns)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("東京都", 5, "東京…"), ("東京都", 4, "東…"),
    ("ab", 1, "…"), ("ab", 0, ""),
  ])
  func `a text is cut where it still fits`(text: String, width: Int, expected: String) {
    let cut = DisplayWidth.cut(text, to: width)
    #expect(cut == expected)
    #expect(DisplayWidth.columns(of: cut) <= width)
  }
}
