package import HanseModel

/// The locations by name, each looked at and changed where it lies.
///
/// A dictionary hands out a copy of the whole value for a look at any part of it; what is known of a
/// location is a kilobyte with dozens of references, and each input of the host looks several times.
/// What does that finds the row once, by ``index(of:)``.
package struct LocationTable: Sendable {
  private var indices: [LocationName: Int] = [:]
  /// In the order in which they were added.
  package internal(set) var rows: [ControlPlane.Location] = []

  package func index(of name: LocationName) -> Int? { indices[name] }

  /// A copy of what is known of a location, and what to change it by where that is seldom.
  package subscript(_ name: LocationName) -> ControlPlane.Location? {
    get { indices[name].map { rows[$0] } }
    set {
      guard let index = indices[name], let newValue else { return }
      rows[index] = newValue
    }
  }

  mutating func add(_ row: ControlPlane.Location) {
    indices[row.settings.name] = rows.count
    rows.append(row)
  }
}
