import HanseModel
import HanseSystem

/// Writes one location's compute log, on a thread of its own, which begins with the first line.
///
/// So a disk that is slow, or hangs, costs that location time and nobody else. What waits to be
/// written is bounded by the loop, which does not read from a location that has too much of it.
///
/// Used by the loop's thread only; what it shares with its own thread is behind a lock.
final class ComputeLogWriter {
  /// What could not be written to disk; the location itself is not to suffer for it.
  struct Loss: Hashable {
    var lines = 0
    var bytes = 0
    /// Of the last failure.
    var reason = ""
  }

  private struct Part {
    var bytes: [UInt8]
    /// What a line of the host's own in between begins with.
    var prefix: [UInt8]
    var generation: Generation
  }

  private struct State {
    var parts: [Part] = []
    /// The bytes handed over, and those of them that the disk has taken or refused.
    var appended = 0
    var written = 0
    var losses: [Generation: Loss] = [:]
    /// The loop wants to be told when this much is written.
    var awaited: Int?
    /// Whether the loop was told of losses, and has not taken them yet.
    var hasToldLoss = false
    var isClosed = false
    var hasEnded = true
  }

  /// So much is written at once, however many small parts it came in.
  private static let chunkBytes = 256 << 10

  private let name: LocationName
  private let file: RotatingFile
  private let prepare: (@Sendable (LocationName) -> Void)?
  private let tell: @Sendable () -> Void
  private let state = Monitor(State())
  private var thread: OSThread?

  /// A writer that has not begun.
  ///
  /// - Parameters:
  ///   - name: Whose log it is.
  ///   - file: Where it goes.
  ///   - prepare: Called before each write, on the writer's thread.
  ///   - tell: Called on the writer's thread when there is something for the loop to look at.
  init(
    name: LocationName,
    file: RotatingFile,
    beforeWrite prepare: (@Sendable (LocationName) -> Void)? = nil,
    tell: @escaping @Sendable () -> Void = {}
  ) {
    self.name = name
    self.file = file
    self.prepare = prepare
    self.tell = tell
  }

  /// How much was ever handed over, in bytes: a place in what is written.
  var end: Int { state.withLock { $0.appended } }

  /// How much waits to be written, in bytes.
  var waitingBytes: Int { state.withLock { $0.appended - $0.written } }

  /// Hands lines over; they are written in this order.
  func append(_ bytes: [UInt8], prefix: [UInt8], _ generation: Generation) {
    let part = Part(bytes: bytes, prefix: prefix, generation: generation)
    let mustBegin = state.update { state in
      state.parts.append(part)
      state.appended += bytes.count
      defer { state.hasEnded = false }
      return state.hasEnded
    }
    if mustBegin { begin() }
  }

  /// Whether all up to a place has been written, or could not be; else the loop is told when it is.
  func isWritten(upTo place: Int) -> Bool {
    state.withLock { state in
      if state.written >= place { return true }
      state.awaited = min(state.awaited ?? .max, place)
      return false
    }
  }

  /// Whether something could not be written, and was not taken yet.
  var hasLosses: Bool { state.withLock { !$0.losses.isEmpty } }

  /// What could not be written since the last call, by the process that said it.
  func takeLosses() -> [(generation: Generation, loss: Loss)] {
    state.withLock { state in
      defer { (state.losses, state.hasToldLoss) = ([:], false) }
      return state.losses.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  /// Writes what is left, and ends the thread.
  ///
  /// - Parameter limit: How long that may take; a disk that hangs is not waited for any longer.
  /// - Returns: Whether all is written.
  @discardableResult
  func close(within limit: Duration = .seconds(5)) -> Bool {
    state.update { $0.isClosed = true }
    let deadline = MonotonicClock.milliseconds() + UInt64(max(0, limit.wholeMilliseconds))
    guard state.wait(untilMilliseconds: deadline, until: { $0.hasEnded }) else { return false }
    thread?.join()
    thread = nil
    return true
  }

  // MARK: The thread

  private func begin() {
    do throws(SystemError) {
      thread = try OSThread.start(name: "hanse-logs", stackSizeBytes: 256 << 10) {
        [state, file, name, prepare, tell] in
        Self.run(state, file, beforeWrite: { prepare?(name) }, tell)
      }
    } catch {
      // The next line tries again.
      state.update { state in
        for part in state.parts { Self.note(part, lostBecause: "\(error)", in: &state) }
        (state.parts, state.written, state.hasEnded) = ([], state.appended, true)
      }
      tell()
    }
  }

  private static func run(
    _ state: Monitor<State>,
    _ file: RotatingFile,
    beforeWrite prepare: () -> Void,
    _ tell: () -> Void
  ) {
    while true {
      let parts = state.wait(untilMilliseconds: nil) { state -> [Part]? in
        guard !state.parts.isEmpty || state.isClosed else { return nil }
        state.hasEnded = state.parts.isEmpty
        defer { state.parts = [] }
        return state.parts
      }
      guard let parts, !parts.isEmpty else { return state.notifyAll() }
      for chunk in chunks(of: parts) {
        prepare()
        let failure = write(chunk, to: file)
        let isAwaited = state.update { state in
          state.written += chunk.bytes.count
          if let failure { note(chunk, lostBecause: failure, in: &state) }
          let isDue = state.awaited.map { state.written >= $0 } ?? false
          if isDue { state.awaited = nil }
          let isNews = !state.losses.isEmpty && !state.hasToldLoss
          if isNews { state.hasToldLoss = true }
          return isDue || isNews
        }
        if isAwaited { tell() }
      }
    }
  }

  /// The same bytes in fewer parts, each of one process.
  private static func chunks(of parts: [Part]) -> [Part] {
    var chunks: [Part] = []
    for part in parts {
      let last = chunks.count - 1
      if last >= 0, chunks[last].generation == part.generation,
        chunks[last].bytes.count + part.bytes.count <= chunkBytes
      {
        chunks[last].bytes += part.bytes
        chunks[last].prefix = part.prefix
      } else {
        chunks.append(part)
      }
    }
    return chunks
  }

  /// Writes a part.
  ///
  /// - Returns: Why that failed; nil when it did not.
  private static func write(_ part: Part, to file: RotatingFile) -> String? {
    do throws(SystemError) {
      let removed = try file.append(part.bytes)
      guard removed > 0 else { return nil }
      let note = "hanse: the log is full; its oldest \(removed) bytes have made room\n"
      _ = try file.append(part.prefix + Array(note.utf8))
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func note(_ part: Part, lostBecause reason: String, in state: inout State) {
    var loss = state.losses[part.generation] ?? Loss()
    loss.lines += part.bytes.count { $0 == UInt8(ascii: "\n") }
    loss.bytes += part.bytes.count
    loss.reason = reason
    state.losses[part.generation] = loss
  }
}
