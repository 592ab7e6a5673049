import HanseModel

/// Reads what one location writes: bytes into lines, lines into numbered messages.
///
/// Pure, and trusts nothing: no more than one line beyond its limit is kept, and what is not of the
/// protocol is a ``WireRefusal``, after which there is nothing more to read.
package struct LocationStream: Sendable {
  private let limits: WireLimits
  private var framer: LineFramer
  /// The number of the last line.
  package private(set) var lastSequence: Int64 = 0

  package init(limits: WireLimits) {
    self.limits = limits
    framer = LineFramer(limitBytes: limits.lineBytes)
  }

  /// The bytes of a line that has not ended.
  package var pendingBytes: Int { framer.pendingBytes }

  package mutating func append(_ chunk: some Sequence<UInt8>) { framer.append(chunk) }

  /// Takes the next message; nil when there is none yet.
  ///
  /// - Returns: The message, whose number is the one whose turn it was.
  /// - Throws: ``WireRefusal``; the stream cannot be resumed.
  package mutating func next() throws(WireRefusal) -> LocationMessage? {
    guard let line = try nextLine() else { return nil }
    let message = try Self.read(line, limits: limits)
    try accept(message, of: line)
    return message
  }

  /// Takes the next line that is not blank, for whoever reads it elsewhere; nil when there is none
  /// yet.
  ///
  /// Its message is to be given to ``accept(_:of:)`` before the next line is taken.
  package mutating func nextLine() throws(WireRefusal) -> [UInt8]? {
    do throws(LineFramer.Failure) {
      while let line = try framer.next() {
        if !line.allSatisfy(\.isJSONSpace) { return line }
      }
      return nil
    } catch {
      let start = Excerpt.of(framer.pending(upTo: Excerpt.limit))
      throw WireRefusal(
        .lineTooLong,
        "sent a line longer than its limit of \(limits.lineBytes) bytes: \(start)…"
      )
    }
  }

  /// Reads what a line says, on any thread.
  package static func read(
    _ line: [UInt8],
    limits: WireLimits
  ) throws(WireRefusal) -> LocationMessage {
    do throws(JSONError) {
      return try LocationMessage(line: line, depthLimit: limits.nestingDepth)
    } catch {
      throw WireRefusal(error, in: line)
    }
  }

  /// Counts a message as the next one.
  ///
  /// - Throws: ``WireRefusal`` when its number is not the one whose turn it is.
  package mutating func accept(
    _ message: LocationMessage,
    of line: [UInt8]
  ) throws(WireRefusal) {
    guard message.seq == lastSequence + 1 else {
      throw WireRefusal(
        .sequence,
        "sent sequence number \(message.seq) after \(lastSequence): a line was lost: "
          + Excerpt.of(line)
      )
    }
    lastSequence = message.seq
  }

  /// What is left of a line when the output has ended; nil when that was whole.
  package var unfinishedLine: String? {
    guard pendingBytes > 0 else { return nil }
    let bytes = pendingBytes == 1 ? "1 byte" : "\(pendingBytes) bytes"
    return "\(bytes) of a line without an end: \(Excerpt.of(framer.pending(upTo: Excerpt.limit)))"
  }
}

extension UInt8 {
  /// Whether JSON takes the byte for white space.
  fileprivate var isJSONSpace: Bool {
    switch self {
    case 0x20, 0x09, 0x0D, 0x0A: true
    default: false
    }
  }
}
