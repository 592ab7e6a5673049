/// How much a log record matters.
public enum LogLevel: String, Hashable, Sendable, CaseIterable, Comparable {
  case debug, info, warning, error

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }
}

/// One line that a location's code logged, with its structured fields.
public struct LogRecord: Hashable, Sendable {
  public var level: LogLevel
  public var message: String
  public var fields: [String: JSONValue]

  public init(level: LogLevel, message: String, fields: [String: JSONValue] = [:]) {
    self.level = level
    self.message = message
    self.fields = fields
  }
}

extension LogLevel: JSONEnumeration {}

extension LogRecord: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("level", level)
    json.member("message", message)
    json.member("fields", fields)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var knownLevel: LogLevel?
    var text: String?
    self.init(level: .info, message: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "level": knownLevel = try json.value()
      case "message": text = try json.string()
      case "fields": fields = try json.dictionary()
      default: try json.skip()
      }
    }
    level = try knownLevel.orMissing("level", at: json.offset)
    message = try text.orMissing("message", at: json.offset)
  }
}
