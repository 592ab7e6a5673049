import Testing

@testable import HanseCLI

struct TableTests {
  private var table: Table {
    var table = Table([
      .init("NAME", shrinksTo: 6), .init("N", isRightAligned: true), .init("NOTE", shrinksTo: 4),
    ])
    table.add("北京/daily", .init("7", .good), "")
    table.add("a", "1234", "a longer note")
    return table
  }

  private let plain = Paint(isEnabled: false)

  @Test func `columns are aligned by what people see`() {
    #expect(
      table.lines(width: nil, paint: plain) == [
        "NAME           N  NOTE",
        "北京/daily     7",
        "a           1234  a longer note",
      ]
    )
  }

  @Test func `a narrow terminal narrows the widest column that may be`() {
    #expect(
      table.lines(width: 24, paint: plain) == [
        "NAME         N  NOTE",
        "北京/da…     7",
        "a         1234  a longe…",
      ]
    )
    for width in 20...40 {
      for line in table.lines(width: width, paint: plain) {
        #expect(DisplayWidth.columns(of: line) <= width)
      }
    }
  }

  @Test func `what may not shrink is never cut`() {
    #expect(table.lines(width: 1, paint: plain).last == "a       1234  a l…")
  }

  @Test func `colour changes no column`() {
    let lines = table.lines(width: nil, paint: Paint(isEnabled: true)).map(TerminalText.rendered)
    #expect(lines[1] == "北京/daily     \u{1B}[32m7\u{1B}[0m")
  }
}

struct PaintTests {
  @Test(
    arguments: [
      (nil, true, [:], true), (nil, false, [:], false), ("auto", true, [:], true),
      ("never", true, [:], false), ("always", false, [:], true),
      (nil, true, ["NO_COLOR": "1"], false), (nil, true, ["NO_COLOR": ""], true),
      (nil, true, ["TERM": "dumb"], false), ("always", false, ["NO_COLOR": "1"], true),
    ] as [(String?, Bool, [String: String], Bool)]
  )
  func `colour is for terminals, unless somebody says otherwise`(
    choice: String?,
    isTerminal: Bool,
    environment: [String: String],
    isEnabled: Bool
  ) {
    let paint = Paint(choice: choice, isTerminal: isTerminal, environment: environment)
    #expect(paint.isEnabled == isEnabled)
  }
}

struct TimeTextTests {
  @Test(arguments: [
    (Int64(0), "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
  ])
  func `large numbers are grouped`(number: Int64, expected: String) {
    #expect(TimeText.grouped(number) == expected)
  }

  @Test(arguments: [
    (Int64(0), "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (1 << 30, "1 GiB"),
    (150 << 20, "150 MiB"),
  ])
  func `amounts have a unit`(count: Int64, expected: String) {
    #expect(TimeText.bytes(count) == expected)
  }
}
