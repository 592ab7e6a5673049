/// One team's program: its assets, checks and resources.
///
/// ```swift
/// @main struct Observatory: CodeLocation {
///   var definitions: Definitions {
///     hourly
///     noGaps
///   }
/// }
/// ```
///
/// A location is made once per process. Its definitions are asked for once, before any of its code
/// runs, and should depend on nothing that changes while the process lives.
public protocol CodeLocation: DefinitionComponent {
  init()
}
