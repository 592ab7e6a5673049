import HanseSystem

/// Writes lines to descriptor 1 by hand, rightly or wrongly.
///
/// Any thread may write; lines are whole and numbered in the order in which they are written. When
/// nobody reads any more the process ends.
final class WireWriter: Sendable {
  /// How lines differ from what they should be.
  struct Habits: Sendable {
    var lineEnd = "\n"
    /// What stands before the first byte of the next line.
    var mark: [UInt8] = []
    /// The bytes of one write; nil for as many as there are.
    var pieceBytes: Int?
    /// Members that no protocol has, each line's first.
    var extraMembers = ""
  }

  private struct State: Sendable {
    var sequence: Int64 = 0
    var habits: Habits
  }

  private let state: Monitor<State>

  init(_ habits: Habits = Habits()) { state = Monitor(State(habits: habits)) }

  func change(_ change: (inout Habits) -> Void) { state.withLock { change(&$0.habits) } }

  /// Skips sequence numbers; back, if negative.
  func skip(_ count: Int64) { state.withLock { $0.sequence += count } }

  /// Writes one line with these members beside `jsonrpc` and `seq`.
  func say(_ members: String) {
    line { sequence, habits in
      "{\(habits.extraMembers)\"jsonrpc\":\"2.0\",\"seq\":\(sequence),\(members)}"
    }
  }

  /// Writes many lines at once.
  func say(count: Int, _ members: (Int) -> String) {
    state.withLock { state in
      var bytes: [UInt8] = []
      for index in 0..<count {
        state.sequence += 1
        bytes += Array(
          "{\"jsonrpc\":\"2.0\",\"seq\":\(state.sequence),\(members(index))}\n".utf8
        )
      }
      write(bytes, state.habits.pieceBytes)
    }
  }

  /// Writes a line as it is given, with the number that is its turn.
  func line(_ text: (Int64, Habits) -> String) {
    state.withLock { state in
      state.sequence += 1
      let text = text(state.sequence, state.habits) + state.habits.lineEnd
      let mark = state.habits.mark
      state.habits.mark = []
      write(mark + Array(text.utf8), state.habits.pieceBytes)
    }
  }

  /// Writes bytes that are no line of ours.
  func raw(_ bytes: [UInt8]) {
    state.withLock { write(bytes, $0.habits.pieceBytes) }
  }

  func raw(_ text: String) { raw(Array(text.utf8)) }

  // MARK: What a location says

  func answer(_ id: Int64, _ result: String) { say("\"id\":\(id),\"result\":\(result)") }

  func refuse(_ id: Int64, code: Int, _ message: String) {
    say("\"id\":\(id),\"error\":{\"code\":\(code),\"message\":\"\(message)\"}")
  }

  func note(_ message: String) { say(Self.noteMembers(message)) }

  static func noteMembers(_ message: String) -> String {
    "\"method\":\"log\",\"params\":{\"level\":\"info\",\"message\":\"\(message)\"}"
  }

  /// An event of an attempt, which is given as its four members.
  func tell(_ attempt: String, _ kind: String, _ data: String) {
    say(Self.eventMembers(attempt, kind, data))
  }

  static func eventMembers(_ attempt: String, _ kind: String, _ data: String) -> String {
    "\"method\":\"step/event\",\"params\":{\(attempt)"
      + "\"event\":{\"kind\":\"\(kind)\",\"data\":\(data)}}"
  }

  private func write(_ bytes: [UInt8], _ pieceBytes: Int?) {
    do throws(SystemError) {
      guard let pieceBytes else {
        return try StandardStreams.standardOutput.writeAll(bytes)
      }
      var rest = bytes[...]
      while !rest.isEmpty {
        try StandardStreams.standardOutput.writeAll(Array(rest.prefix(pieceBytes)))
        rest = rest.dropFirst(pieceBytes)
      }
    } catch {
      // The host has gone, or has had enough.
      SelfProcess.exitNow(1)
    }
  }
}
