/// Why bytes are not JSON with comments, and where.
package struct JSONCError: Error, Hashable, Sendable, CustomStringConvertible {
  package var position: SourcePosition
  package var message: String

  package init(at position: SourcePosition, _ message: String) {
    self.position = position
    self.message = message
  }

  package var description: String { "\(position.line):\(position.column): \(message)" }
}
