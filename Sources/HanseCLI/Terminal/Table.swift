import HanseModel

/// Rows under headers, aligned by what each cell takes on a terminal.
struct Table: Sendable {
  struct Column: Hashable, Sendable {
    var title: String
    var isRightAligned: Bool
    /// How narrow it may become when the terminal is; nil for never narrower than its content.
    var shrinksTo: Int?

    init(_ title: String, isRightAligned: Bool = false, shrinksTo: Int? = nil) {
      self.title = title
      self.isRightAligned = isRightAligned
      self.shrinksTo = shrinksTo
    }
  }

  struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    var text: String
    var style: Style

    init(_ text: String, _ style: Style = .plain) {
      self.text = text.visibleLine
      self.style = style
    }

    init(stringLiteral text: String) { self.init(text) }
  }

  private static let gap = "  "

  var columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: Cell...) { rows.append(cells) }

  /// The lines of the table, without blanks at their ends.
  ///
  /// - Parameters:
  ///   - width: The columns of the terminal; nil cuts nothing.
  ///   - paint: Colours, or none.
  /// - Returns: The header and one line a row.
  func lines(width: Int?, paint: Paint) -> [String] {
    let widths = fittingWidths(in: width)
    let header = columns.map { Cell($0.title, .faint) }
    return ([header] + rows).map { line($0, widths, paint) }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ paint: Paint) -> String {
    var result = ""
    var pending = ""
    for (index, cell) in cells.enumerated() {
      let text = DisplayWidth.cut(cell.text, to: widths[index])
      let blanks = String(repeating: " ", count: widths[index] - DisplayWidth.columns(of: text))
      if index > 0 { pending += Self.gap }
      if columns[index].isRightAligned { pending += blanks }
      if !text.isEmpty {
        result += pending + paint(text, cell.style)
        pending = ""
      }
      if !columns[index].isRightAligned { pending += blanks }
    }
    return result
  }

  /// As wide as the content, then narrowed, always the widest that may be, until the row fits.
  private func fittingWidths(in limit: Int?) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(DisplayWidth.columns(of: columns[index].title)) {
        max($0, DisplayWidth.columns(of: $1[index].text))
      }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - limit
    while excess > 0 {
      let candidates = columns.indices.filter { index in
        columns[index].shrinksTo.map { widths[index] > $0 } ?? false
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
