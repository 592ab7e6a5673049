import HanseModel

/// The words of `hanse dev`.
enum DevMessages {
  static func serving(_ workspace: String, _ url: String) -> String {
    "workspace \(workspace.visibleLine) runs at \(url); Ctrl-C stops it"
  }

  static func runsAlready(_ processID: Int, _ url: String) -> String {
    "a host runs on this state directory already: process \(processID), at \(url); "
      + "the other commands talk to it"
  }

  static let stopped = "stopped; runs in flight go on when a host runs again"
}
