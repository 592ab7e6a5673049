/// One value of a metadata entry, with what it means, so that a reader can show it well.
public enum MetadataValue: Hashable, Sendable {
  case integer(Int64)
  case number(Double)
  case text(String)
  case markdown(String)
  case url(String)
  /// A path in a file system, as the location sees it.
  case path(String)
  case json(JSONValue)
  case table(Table)
  case time(Timestamp)
  /// An amount of data.
  case bytes(Int64)
  case duration(milliseconds: Int64)
  case bool(Bool)
  /// A type this version does not know; it is kept and written as it came.
  case unknown(type: String, value: JSONValue)

  /// Rows under named columns.
  public struct Table: Hashable, Sendable {
    public var columns: [String]
    public var rows: [[JSONValue]]

    public init(columns: [String], rows: [[JSONValue]]) {
      self.columns = columns
      self.rows = rows
    }
  }

  public static func duration(_ duration: Duration) -> MetadataValue {
    .duration(milliseconds: duration.wholeMilliseconds)
  }

  package var typeName: String {
    switch self {
    case .integer: "integer"
    case .number: "number"
    case .text: "text"
    case .markdown: "markdown"
    case .url: "url"
    case .path: "path"
    case .json: "json"
    case .table: "table"
    case .time: "time"
    case .bytes: "bytes"
    case .duration: "duration"
    case .bool: "bool"
    case .unknown(let type, _): type
    }
  }
}

extension MetadataValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension MetadataValue: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("type", typeName)
    json.name("value")
    switch self {
    case .integer(let value), .bytes(let value), .duration(let value): json.integer(value)
    case .number(let value): json.double(value)
    case .text(let value), .markdown(let value), .url(let value), .path(let value):
      json.string(value)
    case .json(let value), .unknown(_, let value): json.value(value)
    case .table(let table): json.value(table)
    case .time(let value): json.value(value)
    case .bool(let value): json.bool(value)
    }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var type: String?
    var place: Int?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "type": type = try json.string()
      case "value": place = try json.skip().lowerBound
      default: try json.skip()
      }
    }
    let known = try type.orMissing("type", at: json.offset)
    var value = JSONReader(json.bytes, at: try place.orMissing("value", at: json.offset))
    do throws(JSONError) {
      self = try MetadataValue(type: known, from: &value)
    } catch {
      throw error.inside("value")
    }
  }

  private init(type: String, from json: inout JSONReader) throws(JSONError) {
    switch type {
    case "integer": self = .integer(try json.int64())
    // A number that JSON cannot say is written as null.
    case "number": self = .number(try json.optional() ?? .nan)
    case "text": self = .text(try json.string())
    case "markdown": self = .markdown(try json.string())
    case "url": self = .url(try json.string())
    case "path": self = .path(try json.string())
    case "json": self = .json(try json.value())
    case "table": self = .table(try json.value())
    case "time": self = .time(try json.value())
    case "bytes": self = .bytes(try json.int64())
    case "duration": self = .duration(milliseconds: try json.int64())
    case "bool": self = .bool(try json.bool())
    default: self = .unknown(type: type, value: try json.value())
    }
  }
}

extension MetadataValue.Table: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("columns", columns, evenIfEmpty: true)
    json.name("rows")
    json.beginArray()
    for row in rows { json.array(row) }
    json.endArray()
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var columns: [String]?
    var rows: [[JSONValue]]?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "columns": columns = try json.list()
      case "rows":
        var found: [[JSONValue]] = []
        try json.array { json throws(JSONError) in found.append(try json.list()) }
        rows = found
      default: try json.skip()
      }
    }
    self.init(
      columns: try columns.orMissing("columns", at: json.offset),
      rows: try rows.orMissing("rows", at: json.offset)
    )
  }
}
