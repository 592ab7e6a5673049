/// What the library calls itself towards hosts and people.
package enum LibraryVersion {
  package static let name = "Hanse for Swift"
  package static let text = "0.1.0"
}
