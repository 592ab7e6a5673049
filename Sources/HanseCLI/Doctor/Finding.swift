import HanseModel

/// One thing that the doctor has looked at.
struct Finding: Hashable, Sendable {
  enum Level: String, Hashable, Sendable, CaseIterable {
    case ok, warning, error
  }

  var level: Level
  /// What was looked at.
  var subject: String
  var message: String
  /// What to do; nil when all is well.
  var fix: String?

  static func ok(_ subject: String, _ message: String) -> Finding {
    Finding(level: .ok, subject: subject, message: message)
  }

  static func warning(_ subject: String, _ message: String, fix: String) -> Finding {
    Finding(level: .warning, subject: subject, message: message, fix: fix)
  }

  static func error(_ subject: String, _ message: String, fix: String) -> Finding {
    Finding(level: .error, subject: subject, message: message, fix: fix)
  }
}

extension Finding.Level: JSONEnumeration {}

extension Finding: JSONCodable {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("level", level)
    json.member("subject", subject)
    json.member("message", message)
    json.member("fix", fix)
    json.endObject()
  }

  init(from json: inout JSONReader) throws(JSONError) {
    self.init(level: .ok, subject: "", message: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "level": level = try json.value()
      case "subject": subject = try json.string()
      case "message": message = try json.string()
      case "fix": fix = try json.optional()
      default: try json.skip()
      }
    }
  }
}
