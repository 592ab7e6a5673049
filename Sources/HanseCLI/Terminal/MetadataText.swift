import HanseModel

/// Metadata in one line.
enum MetadataText {
  private static let limit = 80

  /// `days 365, path /tmp/x`, by name.
  static func line(_ metadata: [String: MetadataValue]) -> String {
    metadata.sorted { $0.key < $1.key }
      .map { "\($0.key) \(text($0.value))" }
      .joined(separator: ", ").visibleLine
  }

  static func text(_ value: MetadataValue) -> String {
    switch value {
    case .integer(let number): TimeText.grouped(number)
    case .number(let number): rounded(number)
    case .text(let text), .markdown(let text), .url(let text), .path(let text):
      DisplayWidth.cut(text.visibleLine, to: limit)
    case .json(let json), .unknown(_, let json): DisplayWidth.cut(json.text, to: limit)
    case .table(let table): Messages.count(table.rows.count, "row")
    case .time(let time): TimeText.full(time)
    case .bytes(let count): TimeText.bytes(count)
    case .duration(let milliseconds): TimeText.brief(milliseconds: milliseconds)
    case .bool(let value): value ? "yes" : "no"
    }
  }

  /// At most four places after the point.
  private static func rounded(_ number: Double) -> String {
    guard number.magnitude < 1e9 else { return number.description }
    let scaled = (number * 10_000).rounded() / 10_000
    return scaled == scaled.rounded() ? "\(Int64(scaled))" : "\(scaled)"
  }
}
