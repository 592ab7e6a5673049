import HanseModel

/// Words for errors that were not made for people.
enum ErrorText {
  /// What an error says; a decoding or encoding error with the path to the place.
  static func describe(_ error: any Error) -> String {
    switch error {
    case let error as DecodingError: describe(error)
    case EncodingError.invalidValue(_, let context):
      sentence(context.debugDescription) + place(context.codingPath)
    default: String(describing: error)
    }
  }

  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return sentence(context.debugDescription) + place(context.codingPath)
    case .keyNotFound(let key, let context):
      return "the member \"\(key.stringValue)\" is missing" + place(context.codingPath)
    case .dataCorrupted(let context):
      return sentence(context.debugDescription) + place(context.codingPath)
    @unknown default:
      return String(describing: error)
    }
  }

  /// The text without the full stop that other programs' messages end in.
  private static func sentence(_ text: String) -> String {
    text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : " at \(join(path))"
  }

  /// A path as people write it: `[3].temperature`, `window.days`.
  static func join(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text
  }
}

/// Words for an upstream's value that could not be had.
enum InputError {
  static func message<Value>(
    reader: String,
    upstream: AssetKey,
    type: Value.Type,
    record: MaterializationRecord?,
    error: any Error
  ) -> String {
    let what = "\(reader) could not read upstream \"\(upstream)\" as \(TypeName.of(type))"
    guard let missing = error as? MissingValue else {
      return "\(what): \(ErrorText.describe(error))"
    }
    let history =
      if let record {
        "it was materialized at \(record.time) by run \(record.run), but nothing is stored"
          + " (\(missing.place)); either its code stores its value itself, or it stores it elsewhere"
          + " than this location reads"
      } else {
        "it has never been materialized (\(missing.place)); materialize it first"
      }
    return "\(what): \(history)"
  }
}
