/// Cuts a byte stream into lines.
///
/// Pure, and indifferent to how the bytes are chunked. A carriage return before the newline is part
/// of the line (JSON takes it for white space); empty lines are given too.
package struct LineFramer: Sendable {
  package enum Failure: Error, Hashable, Sendable {
    /// A line passed the limit before its newline came; the stream cannot be resumed.
    case lineTooLong(limitBytes: Int)
  }

  package let limitBytes: Int
  private var buffer: [UInt8] = []
  /// Where the unread part of `buffer` begins.
  private var start = 0
  /// Up to where the unread part is known to have no newline.
  private var searched = 0

  package init(limitBytes: Int) { self.limitBytes = limitBytes }

  /// The bytes of the line that has no newline yet.
  package var pendingBytes: Int { buffer.count - start }

  /// The beginning of what has come of that line, or of the next one.
  package func pending(upTo limit: Int) -> [UInt8] { Array(buffer[start...].prefix(limit)) }

  package mutating func append(_ chunk: some Sequence<UInt8>) {
    if start > 0, start == buffer.count || start > 1 << 16 {
      buffer.removeSubrange(..<start)
      searched -= start
      start = 0
    }
    buffer.append(contentsOf: chunk)
  }

  /// Takes the next whole line, without its newline; nil when there is none yet.
  ///
  /// - Returns: The line's bytes.
  /// - Throws: ``Failure`` when the line is longer than the limit, whether or not it has ended.
  package mutating func next() throws(Failure) -> [UInt8]? {
    guard let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = buffer.count
      guard pendingBytes <= limitBytes else { throw .lineTooLong(limitBytes: limitBytes) }
      return nil
    }
    guard newline - start <= limitBytes else { throw .lineTooLong(limitBytes: limitBytes) }
    let line = Array(buffer[start..<newline])
    start = newline + 1
    searched = start
    return line
  }
}
