/// All that a location defines, in the order in which it is written.
///
/// Definitions are values: nothing runs and nothing is checked while they are put together. What is
/// wrong with them is in ``problems``.
public struct Definitions: DefinitionComponent {
  package enum Element: Sendable {
    case operation(AssetOperation)
    case check(CheckOperation)
    case resource(ResourceDeclaration)
    case storage(Storage)
  }

  package private(set) var elements: [Element] = []

  /// No definitions at all.
  public init() {}

  /// The definitions that the closure lists.
  public init(@DefinitionsBuilder _ content: () -> Definitions) { self = content() }

  init(_ element: Element) { elements = [element] }

  // The `return` keeps the builder, which would ask for the same again, out of it.
  public var definitions: Definitions { return self }

  mutating func append(_ other: Definitions) { elements += other.elements }
}

extension Definitions {
  package var operations: [AssetOperation] {
    elements.compactMap { if case .operation(let operation) = $0 { operation } else { nil } }
  }

  package var checks: [CheckOperation] {
    elements.compactMap { if case .check(let check) = $0 { check } else { nil } }
  }

  package var resources: [ResourceDeclaration] {
    elements.compactMap { if case .resource(let resource) = $0 { resource } else { nil } }
  }

  package var storages: [Storage] {
    elements.compactMap { if case .storage(let storage) = $0 { storage } else { nil } }
  }

  /// The definitions as data, with all that is wrong with them: the host judges for itself.
  package var wire: LocationDefinitions {
    var wire = LocationDefinitions()
    wire.assets.reserveCapacity(elements.count)
    for element in elements {
      switch element {
      case .operation(let operation): operation.appendDefinitions(to: &wire.assets)
      case .check(let check): wire.checks.append(check.definition)
      case .resource(let resource): wire.resources.append(resource.name)
      case .storage: break
      }
    }
    return wire
  }
}
