public import HanseModel

/// Something that stands for one asset, whoever defines it.
public protocol AssetReference: Sendable {
  var key: AssetKey { get }
}

/// Something that stands for an asset whose stored value can be read as a `Value`.
///
/// ``Asset``, ``Output`` and ``External`` are; an ``Asset`` whose body returns nothing is not,
/// because there is no value to read: name it in `after:` instead.
public protocol ValueReference<Value>: AssetReference {
  associatedtype Value: Codable & Sendable
}

/// An asset that another location defines, named by its key and the type its value is read as.
///
/// ```swift
/// let hourly = External<[Reading]>("observatory/hourly")
/// ```
///
/// The two locations share no code: `Value` is this location's own view of what is stored, and only
/// has to decode from it.
public struct External<Value: Codable & Sendable>: ValueReference {
  public let key: AssetKey

  public init(_ key: AssetKey) { self.key = key }
}
