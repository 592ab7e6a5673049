import HanseModel
import HanseSystem
import HanseWorkspace

/// The words of `hanse dev`.
enum DevMessages {
  static func serving(_ workspace: String, _ url: String) -> String {
    "workspace \(workspace.visibleLine) runs at \(url); Ctrl-C stops it"
  }

  static func runsAlready(_ processID: Int, _ url: String) -> String {
    "a host runs on this state directory already: process \(processID), at \(url); "
      + "the other commands talk to it"
  }

  /// What names the port, in the words of a sentence about it.
  static let portOption = "--port"
  static func portMember(_ file: String, _ position: SourcePosition) -> String {
    "\(file.visibleLine):\(position.line):\(position.column) (\"server.port\")"
  }

  /// Nobody reads what it prints any more, and the locations are not to end for that.
  static func goesOnMute(_ error: SystemError, _ processID: Int32) -> String {
    "\(Messages.cannotWriteOutput(error)), so nothing more is printed; the host goes on, until "
      + "Ctrl-C or SIGTERM to process \(processID), and `hanse events --follow` shows what happens"
  }

  static let stopped = "stopped; runs in flight go on when a host runs again"
}
