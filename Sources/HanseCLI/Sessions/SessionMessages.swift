import HanseModel

/// The words about finding a host, or running one.
enum SessionMessages {
  static func waiting(forHolder pid: Int32?) -> String {
    "\(process(pid)) has the state directory and cannot be called yet; waiting for it"
  }

  static func isHeld(_ path: String, by pid: Int32?) -> String {
    """
    the state directory \(path) is in use by \(process(pid)), which cannot be called
    it is a host that is not up yet, or a command that runs the locations itself: try again when \
    it is up or done, or end that process
    """
  }

  /// The file cannot be used, and the host that runs it needs it no more.
  static func goesOnBeside(_ source: WorkspaceSource, _ address: String) -> String {
    "\(Messages.unusable(source))\nthe host at \(address) goes on with what it read before, and answers"
  }

  /// The host that was found is about to end.
  static func isStopping(_ address: String) -> String {
    "the host at \(address) is stopping; try again when it has ended"
  }

  static func waiting(forLocations names: [String]) -> String {
    let shown = names.prefix(5).joined(separator: ", ")
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return "waiting for \(shown)\(more)"
  }

  static func doesNotServe(_ name: LocationName, state: String, reason: String?) -> String {
    let why = reason.map { ": \($0)" } ?? ""
    return "location \"\(name)\" is \(state)\(why); see `hanse logs \(name)`"
  }

  static let hostStopped = "the host has stopped"

  private static func process(_ pid: Int32?) -> String {
    pid.map { "process \($0)" } ?? "another process"
  }
}
