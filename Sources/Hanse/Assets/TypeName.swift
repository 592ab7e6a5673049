/// Names types as people write them: `[Reading]`, not `Array<Reading>`.
enum TypeName {
  static func of(_ type: Any.Type) -> String {
    (type as? any SugaredType.Type)?.sugaredName ?? String(describing: type)
  }
}

/// Types with a short way to write them.
private protocol SugaredType {
  static var sugaredName: String { get }
}

extension Array: SugaredType {
  fileprivate static var sugaredName: String { "[\(TypeName.of(Element.self))]" }
}

extension Dictionary: SugaredType {
  fileprivate static var sugaredName: String {
    "[\(TypeName.of(Key.self)): \(TypeName.of(Value.self))]"
  }
}

extension Optional: SugaredType {
  fileprivate static var sugaredName: String { "\(TypeName.of(Wrapped.self))?" }
}
