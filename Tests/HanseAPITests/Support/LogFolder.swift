import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// A state directory with compute logs, which goes with it.
final class LogFolder {
  let state: StateDirectory
  let reader: ComputeLogReader

  init() throws {
    state = StateDirectory(path: try Files.makeTemporaryDirectory(prefix: "api-tests-"))
    reader = ComputeLogReader(state: state)
    try Files.createDirectories(state.computeLogs)
  }

  deinit {
    do {
      try Files.removeTree(state.path)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  func rotating(_ name: LocationName, limitBytes: Int, kept: Int) throws -> RotatingFile {
    try RotatingFile(
      directory: state.computeLogs,
      name: "\(name).log",
      limitBytesPerFile: limitBytes,
      keptFiles: kept
    )
  }
}
