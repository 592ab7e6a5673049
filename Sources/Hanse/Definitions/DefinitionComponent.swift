/// Something that can stand in a location's definitions.
///
/// Assets, multi-assets, checks, resources and storages are components. Write your own to name a
/// part that is used more than once, such as the assets of one station:
///
/// ```swift
/// struct StationAssets: DefinitionComponent {
///   var station: String
///   var definitions: Definitions {
///     Asset("\(station)/hourly") { context in try await readings(of: station) }
///   }
/// }
/// ```
public protocol DefinitionComponent: Sendable {
  @DefinitionsBuilder var definitions: Definitions { get }
}
