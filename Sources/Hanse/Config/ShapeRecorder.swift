import FoundationEssentials
import HanseModel

/// A decoder that gives out made-up values and keeps what it was asked for.
///
/// Watching a type decode is the only way to learn its members' types, including those of nil
/// optionals and of empty arrays.
final class ShapeRecorder: Decoder {
  /// What the type has asked for so far.
  enum Found {
    case nothing
    case properties([ConfigShape.Property])
    case shape(ConfigShape)
  }

  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  let standard: JSONValue?
  /// How many types lie around this one: those that contain themselves have no end.
  let depth: Int
  private(set) var found = Found.nothing

  /// Deeper than any configuration that people write; a type that contains itself several times has
  /// as many forms for each level.
  static let depthLimit = 8

  init(standard: JSONValue?, depth: Int) {
    self.standard = standard
    self.depth = depth
  }

  /// The form of a type's values.
  static func shape(
    of type: any Decodable.Type,
    standard: JSONValue?,
    depth: Int = 0
  ) -> ConfigShape {
    guard depth < depthLimit else { return .anything }
    if let shaped = type as? any ShapedConfig.Type {
      return shaped.shape(standard: standard, depth: depth)
    }
    if let choices = Choices.values(of: type) { return .choices(choices) }
    var standard = standard
    if standard == nil, let config = type as? any RunConfig.Type {
      standard = ConfigSchema.defaults(of: config)
    }
    let recorder = ShapeRecorder(standard: standard, depth: depth)
    do {
      _ = try type.init(from: recorder)
    } catch {
      // A type that refuses made-up values is known as far as it came.
    }
    switch recorder.found {
    case .nothing: return .anything
    case .properties(let properties): return .object(properties)
    case .shape(let shape): return shape
    }
  }

  func record(_ property: ConfigShape.Property) {
    var properties: [ConfigShape.Property] = []
    if case .properties(let earlier) = found { properties = earlier }
    if !properties.contains(where: { $0.name == property.name }) { properties.append(property) }
    found = .properties(properties)
  }

  func record(_ shape: ConfigShape) { found = .shape(shape) }

  /// The default where it decodes, else something made up.
  func value<Value: Decodable>(_ type: Value.Type, standard: JSONValue?) throws -> Value {
    if let standard {
      do {
        return try ValueCodec.decodeJSON(type, from: JSONWriter.encode(standard))
      } catch {
        // Something made up will do: only the types are wanted.
      }
    }
    return try MadeUp.value(type, depth: depth + 1)
  }

  func container<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    if case .nothing = found { found = .properties([]) }
    return KeyedDecodingContainer(KeyedRecorder<Key>(recorder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    record(.array(.anything))
    throw Unrecordable()
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleValueRecorder(recorder: self)
  }

  struct Unrecordable: Error {}
}

/// The values of enumerations that can list them.
enum Choices {
  static func values(of type: Any.Type) -> [JSONValue]? {
    guard let type = type as? any CaseIterable.Type else { return nil }
    return values(type)
  }

  private static func values<Cases: CaseIterable>(_ type: Cases.Type) -> [JSONValue]? {
    var values: [JSONValue] = []
    for value in type.allCases {
      guard let raw = value as? any RawRepresentable else { return nil }
      switch raw.rawValue as Any {
      case let text as String: values.append(.string(text))
      case let number as Int: values.append(.integer(Int64(number)))
      default: return nil
      }
    }
    return values.isEmpty ? nil : values
  }

  static func first<Value>(_ type: Value.Type) -> Value? {
    guard let type = type as? any CaseIterable.Type else { return nil }
    return first(in: type) as? Value
  }

  private static func first<Cases: CaseIterable>(in type: Cases.Type) -> Any? {
    type.allCases.first
  }
}

/// Values of any decodable type, for want of real ones.
enum MadeUp {
  static func value<Value: Decodable>(_ type: Value.Type, depth: Int) throws -> Value {
    let simple: [Any] = [
      false, "", 0.0, Float(0), 0, Int8(0), Int16(0), Int32(0), Int64(0), UInt(0), UInt8(0),
      UInt16(0), UInt32(0), UInt64(0), Date(timeIntervalSince1970: 0), Data(), UUID(),
    ]
    for candidate in simple {
      if let value = candidate as? Value, Swift.type(of: candidate) == type { return value }
    }
    if let value = URL(string: "https://example.org") as? Value, type == URL.self { return value }
    if let empty = (type as? any EmptyMakeable.Type)?.makeEmpty() as? Value { return empty }
    if let value = Choices.first(type) { return value }
    if let value = (type as? any RunConfig.Type)?.init() as? Value { return value }
    guard depth < ShapeRecorder.depthLimit else { throw ShapeRecorder.Unrecordable() }
    return try Value(from: ShapeRecorder(standard: nil, depth: depth))
  }
}

/// Types that have an empty value.
protocol EmptyMakeable {
  static func makeEmpty() -> Self
}

extension Optional: EmptyMakeable {
  static func makeEmpty() -> Wrapped? { nil }
}

extension Array: EmptyMakeable {
  static func makeEmpty() -> [Element] { [] }
}

extension Set: EmptyMakeable {
  static func makeEmpty() -> Set<Element> { [] }
}

extension Dictionary: EmptyMakeable {
  static func makeEmpty() -> [Key: Value] { [:] }
}
