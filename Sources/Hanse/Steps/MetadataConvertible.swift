public import FoundationEssentials
public import HanseModel

/// A type whose values can be metadata, and fields of log records, as they are.
///
/// So that `context.addMetadata("rows", rows.count)` needs no conversion.
public protocol MetadataConvertible {
  var metadataValue: MetadataValue { get }
}

extension Int: MetadataConvertible {
  public var metadataValue: MetadataValue { .integer(Int64(self)) }
}

extension Int64: MetadataConvertible {
  public var metadataValue: MetadataValue { .integer(self) }
}

extension Double: MetadataConvertible {
  public var metadataValue: MetadataValue { .number(self) }
}

extension String: MetadataConvertible {
  public var metadataValue: MetadataValue { .text(self) }
}

extension Bool: MetadataConvertible {
  public var metadataValue: MetadataValue { .bool(self) }
}

extension Duration: MetadataConvertible {
  public var metadataValue: MetadataValue { .duration(self) }
}

extension Timestamp: MetadataConvertible {
  public var metadataValue: MetadataValue { .time(self) }
}

extension Date: MetadataConvertible {
  public var metadataValue: MetadataValue {
    let milliseconds = (timeIntervalSince1970 * 1000).rounded()
    // A date that is none, or too far away, must not end the process.
    let nearest: Int64 = milliseconds < 0 ? .min : .max
    return .time(Timestamp(milliseconds: Int64(exactly: milliseconds) ?? nearest))
  }
}

extension JSONValue: MetadataConvertible {
  public var metadataValue: MetadataValue { .json(self) }
}

extension MetadataValue.Table: MetadataConvertible {
  public var metadataValue: MetadataValue { .table(self) }
}

extension MetadataValue: MetadataConvertible {
  public var metadataValue: MetadataValue { self }

  /// A whole number.
  public static func integer(_ value: Int) -> MetadataValue { .integer(Int64(value)) }

  /// An amount of data.
  public static func bytes(_ count: Int) -> MetadataValue { .bytes(Int64(count)) }

  /// A moment.
  public static func time(_ date: Date) -> MetadataValue { date.metadataValue }

  /// The value as a field of a log record: without its type.
  var logValue: JSONValue {
    switch self {
    case .integer(let value), .bytes(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value), .markdown(let value), .url(let value), .path(let value): .string(value)
    case .json(let value), .unknown(_, let value): value
    case .table(let table): .array(table.rows.map { .array($0) })
    case .time(let time): .string(time.description)
    case .duration(let milliseconds): .string(Duration.milliseconds(milliseconds).briefDescription)
    case .bool(let value): .bool(value)
    }
  }
}
