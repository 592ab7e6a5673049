import HanseAPI
import HanseHost

/// A host that runs on a state directory, and how it is reached.
struct RunningHost {
  var address: String
  var processID: Int
  var client: any APIClient

  /// The host that answers at the address in the state directory; nil when none does.
  static func find(_ state: StateDirectory) -> RunningHost? {
    Endpoint.discover(state: state).map { endpoint in
      RunningHost(
        address: endpoint.url,
        processID: endpoint.processID,
        client: RemoteClient(endpoint)
      )
    }
  }
}
