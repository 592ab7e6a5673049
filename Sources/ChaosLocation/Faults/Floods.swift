import HanseSystem

/// Much of something, with a bound.
enum Floods {
  static let errorLimitBytes = 1 << 30

  /// Lines to standard error.
  static func errors(bytes: Int) {
    let line = "a line of some length, as logs have them, over and over and over again\n"
    errors(bytes: bytes, of: Array(String(repeating: line, count: 1000).utf8))
  }

  /// A piece over and over to standard error.
  static func errors(bytes: Int, of piece: [UInt8]) {
    var rest = min(bytes, errorLimitBytes)
    while rest > 0 {
      do {
        try StandardStreams.standardError.writeAll(Array(piece.prefix(rest)))
      } catch {
        // The host has closed the pipe: there is nobody left to flood.
        return
      }
      rest -= piece.count
    }
  }
}
