import HanseSystem

/// A few lines at the bottom of a terminal that are drawn again in place.
///
/// Control sequences: ECMA-48 (cursor up, erase in line, erase in page).
struct LiveArea {
  private static let eraseLine = "\u{1B}[2K"
  /// A line that is too long is cut at the edge instead of going on in the next (DECAWM).
  private static let cutLines = "\u{1B}[?7l"
  private static let wrapLines = "\u{1B}[?7h"
  private static let eraseBelow = "\u{1B}[J"

  private let console: Console
  private var drawn = 0

  init(_ console: Console) { self.console = console }

  /// The columns and lines there are; the last line of the terminal stays free for the cursor.
  var room: (columns: Int, lines: Int) {
    let columns = Terminal.columns(console.output) ?? 80
    return (max(20, columns - 1), max(3, (Terminal.rows(console.output) ?? 24) - 1))
  }

  /// Takes the lines away, so that something else can be said above them.
  mutating func erase() throws(OutputClosed) {
    guard drawn > 0 else { return }
    try console.write(Array("\r\u{1B}[\(drawn)A\(Self.eraseBelow)".utf8))
    drawn = 0
  }

  mutating func draw(_ lines: [String]) throws(OutputClosed) {
    var text = Self.cutLines + (drawn > 0 ? "\r\u{1B}[\(drawn)A" : "")
    for line in lines { text += "\(Self.eraseLine)\(TerminalText.rendered(line))\n" }
    text += Self.eraseBelow + Self.wrapLines
    drawn = lines.count
    try console.write(Array(text.utf8))
  }
}
