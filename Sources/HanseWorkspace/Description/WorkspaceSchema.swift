package import HanseModel

/// The JSON Schema of workspace.json, made from what validates it.
package enum WorkspaceSchema {
  /// The schema, in draft 2020-12.
  ///
  /// What one member says about another (a queue's name, a restart limit that can be reached) is
  /// beyond it: a file may match the schema and still have such errors.
  package static func json() -> JSONValue {
    let heading: [JSONValue.Member] = [
      .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
      .init("title", "workspace.json of Hanse"),
    ]
    return .object(heading + (WorkspaceDescription.file.schema.objectMembers ?? []))
  }
}
