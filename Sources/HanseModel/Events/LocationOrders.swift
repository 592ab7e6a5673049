/// What people ordered of a location, which holds until they order something else.
package struct LocationOrders: Hashable, Sendable {
  /// The binary that it runs, whatever its file is.
  package var pin: BinaryDigest?
  /// Whether it is not to run.
  package var isDisabled = false

  package init(pin: BinaryDigest? = nil, isDisabled: Bool = false) {
    self.pin = pin
    self.isDisabled = isDisabled
  }

  /// Takes an event of the location; most change nothing.
  package mutating func apply(_ payload: EventPayload) {
    switch payload {
    case .locationPinned(let digest): pin = digest
    case .locationDisabled: isDisabled = true
    case .locationEnabled: isDisabled = false
    default: break
    }
  }
}
