import HanseAPI
import HanseHost
import HanseSystem

/// A host that runs on a state directory, and how it is reached.
struct RunningHost {
  var state: StateDirectory
  var address: String
  var processID: Int
  var client: any APIClient
  /// The absolute path of the workspace file that it runs; nil of a host that does not say.
  var workspaceFile: String?

  /// The host that answers at the address in the state directory; nil when none does.
  static func find(_ state: StateDirectory) -> RunningHost? {
    Endpoint.discover(state: state).map { endpoint in
      RunningHost(
        state: state,
        address: endpoint.url,
        processID: endpoint.processID,
        client: RemoteClient(endpoint),
        workspaceFile: endpoint.workspaceFile
      )
    }
  }

  /// Whether it runs the workspace file at a path, whatever is in that now.
  func runs(_ path: String) -> Bool {
    do throws(SystemError) {
      guard let workspaceFile, let own = try Files.status(workspaceFile),
        let other = try Files.status(path)
      else { return false }
      return own.device == other.device && own.inode == other.inode
    } catch {
      // What cannot be looked at is not known to be the same.
      return false
    }
  }
}
