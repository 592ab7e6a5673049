/// How a command ends, as its exit status says.
enum CommandStatus: Int32, Hashable, Sendable {
  case good = 0
  /// The run or the check failed.
  case failed = 1
  case wrongUsage = 2
  case unusableWorkspace = 3
  /// Ctrl-C ended it before it was done: 128 and the signal's number, as shells have it.
  case interrupted = 130
}

/// Why a command cannot go on, in words for people.
struct CommandError: Error, Hashable, Sendable {
  var status: CommandStatus
  var message: String

  init(_ status: CommandStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
