import HanseModel
import HanseSystem
import HanseWire

/// Writes a location's lines: the only one that touches the protocol's stream.
///
/// Lines are queued whole, numbered in the order in which they are written, and written by a thread
/// of its own, so that a host that reads slowly holds nobody up. What may be lost (logs) is refused
/// while the queue is full, and told as a count later; what may not is taken always, and is bounded
/// by the steps that the host has asked for.
final class LineWriter: Sendable {
  struct Limits: Sendable {
    /// Beyond this, lines that may be lost are refused, and ``waitForRoom()`` waits.
    var queueBytes = 4 << 20
    /// The least time between two reports of one attempt's progress.
    var progressMilliseconds: UInt64 = 100
  }

  fileprivate struct State: Sendable {
    var lines: [LocationLine] = []
    var bytes = 0
    var nextSequence: Int64 = 1
    var isWriting = false
    var isClosed = false
    var lost = 0
    var progress: [AttemptID: Progress] = [:]
  }

  /// The progress of one attempt that was reported last, and one that waits for its time.
  fileprivate struct Progress: Sendable {
    var dueMilliseconds: UInt64
    var waiting: LocationLine?
  }

  private let output: Descriptor
  private let limits: Limits
  private let state = Monitor(State())

  init(_ output: Descriptor, limits: Limits = Limits()) {
    self.output = output
    self.limits = limits
  }

  /// Starts the writing thread.
  ///
  /// - Parameter onBroken: Called on that thread when nobody reads any more.
  /// - Throws: When there can be no further thread.
  func start(onBroken: @escaping @Sendable () -> Void) throws(SystemError) {
    try OSThread.start(name: "hanse-writer") { [self] in
      write()
      onBroken()
    }
  }

  // MARK: Sending, from any thread

  /// Queues a line that must arrive.
  func send(_ line: LocationLine) {
    state.update { $0.take(line) }
  }

  /// Queues a line that may be lost when the host does not keep up.
  func sendIfRoom(_ line: LocationLine) {
    state.update { state in
      guard state.bytes + line.byteCount <= limits.queueBytes else {
        state.lost += 1
        return
      }
      state.take(line)
    }
  }

  /// Queues a report of progress, or keeps it in place of an older one until its time has come.
  func sendProgress(_ line: LocationLine, of attempt: AttemptID) {
    let now = MonotonicClock.milliseconds()
    state.update { state in
      guard let known = state.progress[attempt], now < known.dueMilliseconds else {
        state.progress[attempt] = Progress(dueMilliseconds: now + limits.progressMilliseconds)
        state.take(line)
        return
      }
      state.progress[attempt]?.waiting = line
    }
  }

  /// Queues the answer of an attempt, after the last report of its progress.
  func finish(_ attempt: AttemptID, _ line: LocationLine) {
    state.update { state in
      if let last = state.progress.removeValue(forKey: attempt)?.waiting { state.take(last) }
      state.take(line)
    }
  }

  /// Waits while the queue is full: for a thread that may block.
  func waitForRoom() {
    state.wait { $0.bytes <= limits.queueBytes || $0.isClosed }
  }

  /// Waits until everything queued is written, at most until `deadline`.
  func drain(untilMilliseconds deadline: UInt64) {
    state.wait(untilMilliseconds: deadline) {
      $0.lines.isEmpty && !$0.isWriting || $0.isClosed
    }
  }

  // MARK: Writing, on the one thread

  /// Writes until the stream breaks.
  private func write() {
    var batch: [UInt8] = []
    while true {
      batch.removeAll(keepingCapacity: true)
      takeBatch(&batch)
      do {
        try output.writeAll(batch)
      } catch {
        state.update { $0.isClosed = true }
        return
      }
      // One giant line must not be paid for until the end of the process.
      if batch.capacity > 4 << 20 { batch = [] }
      state.update { $0.isWriting = false }
    }
  }

  /// Waits for lines and takes some, numbered.
  private func takeBatch(_ batch: inout [UInt8]) {
    while true {
      let due = state.withLock { $0.nextDue }
      let found: [UInt8]? = state.wait(untilMilliseconds: due) { state in
        state.takeDueProgress(
          now: MonotonicClock.milliseconds(),
          interval: limits.progressMilliseconds
        )
        if state.lines.isEmpty, let newDue = state.nextDue, due == nil || newDue < due ?? 0 {
          return []  // an earlier time to wait for
        }
        return state.lines.isEmpty ? nil : state.takeBatch()
      }
      if let found, !found.isEmpty {
        batch = found
        return
      }
    }
  }
}

extension LineWriter.State {
  mutating func take(_ line: LocationLine) {
    guard !isClosed else { return }
    lines.append(line)
    bytes += line.byteCount
  }

  /// When the first report of progress that waits may go.
  var nextDue: UInt64? {
    progress.values.lazy.filter { $0.waiting != nil }.map(\.dueMilliseconds).min()
  }

  mutating func takeDueProgress(now: UInt64, interval: UInt64) {
    for (attempt, known) in progress where known.dueMilliseconds <= now {
      guard let line = known.waiting else { continue }
      take(line)
      progress[attempt] = LineWriter.Progress(dueMilliseconds: now + interval)
    }
  }

  /// The bytes of the first lines, about a quarter of a mebibyte.
  mutating func takeBatch() -> [UInt8] {
    if lost > 0 {
      let text = "\(lost) log records were left out: the host did not read as fast as they came"
      lost = 0
      take(.notification(WireProtocol.Method.log, LogRecord(level: .warning, message: text)))
    }
    var batch: [UInt8] = []
    var count = 0
    for line in lines {
      line.append(to: &batch, seq: nextSequence)
      nextSequence += 1
      bytes -= line.byteCount
      count += 1
      if batch.count > 1 << 18 { break }
    }
    lines.removeFirst(count)
    isWriting = true
    return batch
  }
}
