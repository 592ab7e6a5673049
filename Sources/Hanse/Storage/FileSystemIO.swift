import HanseModel
import HanseSystem

/// Keeps each value in a file of its own below one folder.
///
/// `climate/daily` is `ROOT/climate/daily.json`, or `.txt` for a `String` and `.bin` for `Data`; its
/// partition `2010-07-04` is `ROOT/climate/daily/partition=2010-07-04.json`, a name that no other
/// asset can have. A file is written beside and renamed, so that readers see the old value or the
/// new one, and it is durable when the asset counts as materialized.
public struct FileSystemIO: IOManager {
  public let root: String
  /// The longest file that is read.
  private static let limitBytes = 8 << 30

  public init(root: String) { self.root = root }

  public func store<Value: Codable & Sendable>(
    _ value: Value,
    at place: ValuePlace
  ) async throws -> StoredValue {
    let bytes = try ValueCodec.encode(value)
    let form = ValueCodec.Form(of: Value.self)
    let path = path(of: place, form)
    try Files.createDirectories(Paths.directory(of: path))
    try Files.writeAtomically(path, bytes, durably: true)
    // What an earlier version of the asset has stored in another form is no longer its value.
    for other in ValueCodec.Form.allCases where other != form {
      _ = try Files.remove(self.path(of: place, other))
    }
    return StoredValue(
      metadata: ["path": .path(path), "bytes": .bytes(bytes.count)],
      dataVersion: ValueCodec.dataVersion(of: bytes)
    )
  }

  public func load<Value: Codable & Sendable>(
    _ type: Value.Type,
    from place: ValuePlace
  ) async throws -> Value {
    let wanted = ValueCodec.Form(of: type)
    let path = path(of: place, wanted)
    do {
      let bytes = try Files.read(path, limitBytes: Self.limitBytes)
      return try ValueCodec.decode(type, from: bytes)
    } catch let error as SystemError where error.isNotFound {
      guard let other = storedForm(of: place) else {
        throw MissingValue(place: "looked for \(path)")
      }
      let otherPath = self.path(of: place, other)
      guard wanted == .bytes else {
        throw StorageError(
          "it is stored as \(other.title), not as \(wanted.title) (\(otherPath))"
        )
      }
      return try ValueCodec.decode(
        type,
        from: Files.read(otherPath, limitBytes: Self.limitBytes)
      )
    }
  }

  public func exists(_ place: ValuePlace) async throws -> Bool { storedForm(of: place) != nil }

  private func storedForm(of place: ValuePlace) -> ValueCodec.Form? {
    ValueCodec.Form.allCases.first { Files.exists(path(of: place, $0)) }
  }

  private func path(of place: ValuePlace, _ form: ValueCodec.Form) -> String {
    var path = Paths.join(root, place.asset.path)
    if let partition = place.partition {
      path = Paths.join(path, "partition=" + FileSystemIO.fileName(of: partition))
    }
    return "\(path).\(form.rawValue)"
  }

  /// The partition's name with everything but `A-Z a-z 0-9 _ . -` as `%` and two digits.
  private static func fileName(of partition: PartitionKey) -> String {
    var name = ""
    for byte in partition.text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "-"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        name += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return name
  }
}
