public import HanseModel

/// What is said about an asset, for people and for selections.
public struct AssetAnnotations: Hashable, Sendable {
  public var description: String?
  public var group: String?
  public var owners: [String] = []
  public var kinds: [String] = []
  public var tags: [String: String] = [:]
  public var metadata: [String: MetadataValue] = [:]
  public var codeVersion: String?

  public init() {}
}

/// Something that takes an asset's annotations: an ``Asset`` or an ``Output``.
public protocol Annotated {
  var annotations: AssetAnnotations { get set }
}

extension Annotated {
  /// Says what the asset is, in Markdown.
  public func description(_ text: String) -> Self { changed { $0.description = text } }

  /// Puts the asset into a group: one asset, one group.
  public func group(_ name: String) -> Self { changed { $0.group = name } }

  /// Adds owners, such as `team:ingest` or `ada@example.org`.
  public func owners(_ owners: String...) -> Self { changed { $0.owners += owners } }

  /// Adds kinds, such as `csv` or `table`: what the asset technically is.
  public func kinds(_ kinds: String...) -> Self { changed { $0.kinds += kinds } }

  /// Adds one tag.
  public func tag(_ name: String, _ value: String = "") -> Self {
    changed { $0.tags[name] = value }
  }

  /// Adds tags; a later value of the same name wins.
  public func tags(_ tags: [String: String]) -> Self {
    changed { $0.tags.merge(tags) { _, new in new } }
  }

  /// Adds one entry of metadata that is true of the asset as such, whatever run made it.
  public func metadata(_ name: String, _ value: MetadataValue) -> Self {
    changed { $0.metadata[name] = value }
  }

  /// Adds one entry of metadata.
  public func metadata(_ name: String, _ value: some MetadataConvertible) -> Self {
    metadata(name, value.metadataValue)
  }

  /// Names the version of the asset's logic.
  ///
  /// A new version makes what the old one has made stale.
  public func codeVersion(_ version: String) -> Self { changed { $0.codeVersion = version } }

  private func changed(_ change: (inout AssetAnnotations) -> Void) -> Self {
    var copy = self
    change(&copy.annotations)
    return copy
  }
}
