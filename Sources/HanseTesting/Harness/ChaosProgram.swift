import HanseSystem

/// The program `chaos-location`.
package enum ChaosProgram {
  /// The one beside the running program.
  package static func path() throws -> String {
    let folder = Paths.directory(of: try SelfProcess.executablePath())
    for name in ["chaos-location", "ChaosLocation"] {
      let path = Paths.join(folder, name)
      if Files.exists(path) { return path }
    }
    throw ScratchHost.Failure(isMissing(from: folder))
  }

  package static func isMissing(from folder: String) -> String {
    let options = folder.hasSuffix("/release") ? "-c release " : ""
    return "there is no chaos-location in \(folder); build it with "
      + "`swift build \(options)--product chaos-location`"
  }
}
