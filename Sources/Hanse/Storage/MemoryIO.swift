import HanseModel
import HanseSystem

/// Keeps values in memory, for tests and for trying things out.
///
/// Values are kept in the form that a file would have, so that what does not survive storing fails
/// here too.
public final class MemoryIO: IOManager {
  private struct Entry {
    var form: ValueCodec.Form
    var bytes: [UInt8]
  }

  private let entries = Monitor<[ValuePlace: Entry]>([:])

  public init() {}

  public func store<Value: Codable & Sendable>(
    _ value: Value,
    at place: ValuePlace
  ) async throws -> StoredValue { try put(value, at: place) }

  public func load<Value: Codable & Sendable>(
    _ type: Value.Type,
    from place: ValuePlace
  ) async throws -> Value {
    guard let entry = entries.withLock({ $0[place] }) else {
      throw MissingValue(place: "looked for \(place) in memory")
    }
    let wanted = ValueCodec.Form(of: type)
    guard wanted == entry.form || wanted == .bytes else {
      throw StorageError("it is stored as \(entry.form.title), not as \(wanted.title)")
    }
    return try ValueCodec.decode(type, from: entry.bytes)
  }

  public func exists(_ place: ValuePlace) async throws -> Bool {
    entries.withLock { $0[place] != nil }
  }

  /// Stores a value without waiting, to set up a test.
  @discardableResult
  func put<Value: Codable & Sendable>(_ value: Value, at place: ValuePlace) throws -> StoredValue {
    let bytes = try ValueCodec.encode(value)
    let entry = Entry(form: ValueCodec.Form(of: Value.self), bytes: bytes)
    entries.withLock { $0[place] = entry }
    return StoredValue(
      metadata: ["bytes": .bytes(bytes.count)],
      dataVersion: ValueCodec.dataVersion(of: bytes)
    )
  }
}
