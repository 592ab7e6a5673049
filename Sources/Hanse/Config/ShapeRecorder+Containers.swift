import HanseModel

/// Keeps the members that a type asks for.
struct KeyedRecorder<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let recorder: ShapeRecorder
  let codingPath: [any CodingKey] = []

  var allKeys: [Key] {
    (recorder.standard?.objectMembers ?? []).compactMap { Key(stringValue: $0.name) }
  }

  func contains(_ key: Key) -> Bool { true }

  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let standard = recorder.standard?[key.stringValue]
    let shape = ShapeRecorder.shape(of: type, standard: standard, depth: recorder.depth + 1)
    recorder.record(.init(name: key.stringValue, shape: shape, standard: standard))
    return try recorder.value(type, standard: standard)
  }

  func decodeIfPresent<Value: Decodable>(
    _ type: Value.Type,
    forKey key: Key
  ) throws -> Value? {
    let standard = recorder.standard?[key.stringValue]
    let known = standard == .null ? nil : standard
    let shape = ShapeRecorder.shape(of: type, standard: known, depth: recorder.depth + 1)
    recorder.record(
      .init(name: key.stringValue, shape: .optional(shape), standard: standard)
    )
    return try known.map { try recorder.value(type, standard: $0) }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try opaque(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try opaque(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    ShapeRecorder(standard: nil, depth: recorder.depth + 1)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder { opaque(key) }

  /// A member that the type takes apart by hand: anything may stand there.
  private func opaque(_ key: Key) -> ShapeRecorder {
    let standard = recorder.standard?[key.stringValue]
    recorder.record(.init(name: key.stringValue, shape: .anything, standard: standard))
    return ShapeRecorder(standard: standard, depth: recorder.depth + 1)
  }
}

// The standard library asks for simple members through these, so each must be told apart from the
// default, which asks `contains` and `decodeNil` and then calls `decode`.
extension KeyedRecorder {
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
    try optional(type, key)
  }

  private func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
    let standard = recorder.standard?[key.stringValue]
    let known = standard == .null ? nil : standard
    let shape = ShapeRecorder.shape(of: type, standard: known)
    recorder.record(
      .init(name: key.stringValue, shape: .optional(shape), standard: standard)
    )
    return try known.map { try recorder.value(type, standard: $0) }
  }
}

/// Keeps what a type that is written as another one asks for.
struct SingleValueRecorder: SingleValueDecodingContainer {
  let recorder: ShapeRecorder
  let codingPath: [any CodingKey] = []

  func decodeNil() -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    recorder.record(
      ShapeRecorder.shape(of: type, standard: recorder.standard, depth: recorder.depth + 1)
    )
    return try recorder.value(type, standard: recorder.standard)
  }
}
