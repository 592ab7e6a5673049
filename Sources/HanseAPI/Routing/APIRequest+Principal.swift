import HanseModel
import HanseSystem

extension APIRequest.Origin {
  /// Whose process it is; nil when the machine does not tell.
  var principal: Principal? {
    let id: Int? =
      switch self {
      case .ownProcess: Users.ownID
      case .loopback(let port, let server): Users.owner(ofPort: port, connectedTo: server)
      }
    return id.map { Principal(userID: $0, userName: Users.name(of: $0)) }
  }
}
