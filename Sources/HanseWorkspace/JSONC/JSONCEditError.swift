/// One step from a value to one that it holds.
package enum JSONCStep: Hashable, Sendable, CustomStringConvertible {
  case member(String)
  case element(Int)

  package var description: String {
    switch self {
    case .member(let name): "member \"\(name)\""
    case .element(let index): "element \(index)"
    }
  }
}

/// Why a text cannot be edited as asked; the text is as it was.
package struct JSONCEditError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String

  package init(_ message: String) { self.message = message }

  package var description: String { message }
}
