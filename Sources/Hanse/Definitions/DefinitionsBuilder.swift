/// Puts together ``Definitions`` from components, conditions and loops.
@resultBuilder public enum DefinitionsBuilder {
  public static func buildExpression(_ component: some DefinitionComponent) -> Definitions {
    component.definitions
  }

  public static func buildExpression(_ definitions: Definitions) -> Definitions { definitions }

  public static func buildExpression(_ components: [some DefinitionComponent]) -> Definitions {
    buildArray(components.map(\.definitions))
  }

  public static func buildBlock(_ parts: Definitions...) -> Definitions { buildArray(parts) }

  public static func buildOptional(_ part: Definitions?) -> Definitions { part ?? Definitions() }

  public static func buildEither(first part: Definitions) -> Definitions { part }

  public static func buildEither(second part: Definitions) -> Definitions { part }

  public static func buildArray(_ parts: [Definitions]) -> Definitions {
    if parts.count == 1, let part = parts.first { return part }
    var whole = Definitions()
    for part in parts { whole.append(part) }
    return whole
  }

  public static func buildLimitedAvailability(_ part: Definitions) -> Definitions { part }
}
