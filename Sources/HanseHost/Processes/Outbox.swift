import HanseSystem

/// What waits to be written to one child; the only writer of its input.
struct Outbox {
  private var bytes: [UInt8] = []
  private var head = 0
  private let limitBytes: Int

  init(limitBytes: Int) { self.limitBytes = limitBytes }

  var waitingBytes: Int { bytes.count - head }
  var isEmpty: Bool { head == bytes.count }

  /// Adds a line.
  ///
  /// - Parameter line: A whole line with its newline.
  /// - Returns: False when that is more than the limit; the line is not added.
  mutating func append(_ line: [UInt8]) -> Bool {
    guard waitingBytes + line.count <= limitBytes else { return false }
    if head > 1 << 16, head * 2 > bytes.count {
      bytes.removeSubrange(..<head)
      head = 0
    }
    bytes += line
    return true
  }

  enum Flushed { case all, blocked, broken }

  /// Writes what the pipe takes now.
  mutating func flush(to descriptor: Descriptor) throws(SystemError) -> Flushed {
    while head < bytes.count {
      switch try descriptor.write(bytes[head...]) {
      case .wrote(let count): head += count
      case .wouldBlock: return .blocked
      case .broken: return .broken
      }
    }
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 16)
    head = 0
    return .all
  }
}
