import HanseModel
import HanseSystem

/// Keeps what a location writes to its standard error: in rotated files, and its last lines at hand.
///
/// Each line is kept as `TIME gGENERATION | TEXT`, so that the lines of one run can be found by time; a
/// line of a worker as `TIME gGENERATION/RUN | TEXT`, for all that it says is that run's.
/// A line longer than 16 KiB is kept as several. What is no more kept is counted: what had to make
/// room in a line of the log itself, what could not be written by ``ComputeLogWriter``.
struct ComputeLog {
  /// How many last lines an error shows.
  static let tailLines = 12
  private static let lineLimitBytes = 16 << 10

  private let writer: ComputeLogWriter
  /// The run that the process is the worker of.
  private let run: RunID?
  private var partial: [UInt8] = []
  private(set) var tail: [String] = []
  private var isInStackTrace = false

  init(writer: ComputeLogWriter, run: RunID? = nil) {
    self.writer = writer
    self.run = run
  }

  /// Up to where the location's log goes by now; some of that may wait to be written.
  var end: Int { writer.end }

  private func prefix(_ generation: Generation, _ time: Timestamp) -> [UInt8] {
    Array("\(time) g\(generation.number)\(run.map { "/\($0)" } ?? "") | ".utf8)
  }

  mutating func append(_ bytes: ArraySlice<UInt8>, generation: Generation, at time: Timestamp) {
    let prefix = prefix(generation, time)
    var out: [UInt8] = []
    var rest = bytes
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      emit(partial + rest[..<newline], prefix, into: &out)
      partial = []
      rest = rest[(newline + 1)...]
    }
    partial += rest
    while partial.count > Self.lineLimitBytes {
      emit(Array(partial.prefix(Self.lineLimitBytes)), prefix, into: &out)
      partial.removeFirst(Self.lineLimitBytes)
    }
    if !out.isEmpty { writer.append(out, prefix: prefix, generation) }
  }

  /// Writes a message that came over the protocol, in lines of its own.
  ///
  /// What the process is in the middle of writing to its standard error stays whole.
  mutating func note(_ text: String, generation: Generation, at time: Timestamp) {
    let prefix = prefix(generation, time)
    var out: [UInt8] = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      emit(Array(line), prefix, into: &out)
    }
    if !out.isEmpty { writer.append(out, prefix: prefix, generation) }
  }

  /// Writes what came without a newline at the end.
  mutating func endProcess(generation: Generation, at time: Timestamp) {
    guard !partial.isEmpty else { return }
    append([UInt8(ascii: "\n")][...], generation: generation, at: time)
  }

  private mutating func emit(_ line: [UInt8], _ prefix: [UInt8], into out: inout [UInt8]) {
    var rest = line[...]
    repeat {
      out += prefix
      out += rest.prefix(Self.lineLimitBytes)
      out.append(UInt8(ascii: "\n"))
      rest = rest.dropFirst(Self.lineLimitBytes)
    } while !rest.isEmpty
    noteTail(String(decoding: line.prefix(1000), as: UTF8.self))
  }

  /// Keeps a last line, but not the frames of a stack trace: the message stands before them.
  private mutating func noteTail(_ line: String) {
    if line == "Current stack trace:" {
      isInStackTrace = true
      return
    }
    if isInStackTrace, line.first?.isNumber == true { return }
    isInStackTrace = false
    tail.append(line)
    if tail.count > Self.tailLines { tail.removeFirst(tail.count - Self.tailLines) }
  }
}
