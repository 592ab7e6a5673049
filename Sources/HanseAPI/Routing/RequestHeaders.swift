import HanseSystem

/// What the headers of a call must say.
enum RequestHeaders {
  /// Refuses a call that accepts none of what there is.
  static func requireAcceptable(
    _ request: APIRequest,
    _ offered: [String]
  ) throws(Problem) {
    guard let accept = request.headers["accept"] else { return }
    let accepted = ranges(accept)
    for type in offered where accepted.contains(where: { covers($0, type) }) { return }
    throw .notAcceptable(accept, offered: offered)
  }

  /// Whether the call asks for a media type by its name.
  static func names(_ type: String, in request: APIRequest) -> Bool {
    ranges(request.headers["accept"] ?? "").contains(type)
  }

  static func requireJSON(_ request: APIRequest) throws(Problem) {
    let found = request.headers["content-type"]
    guard let type = found?.split(separator: ";").first,
      trimmed(type).lowercased() == MediaType.json
    else { throw .unsupportedMediaType(found) }
  }

  /// The media ranges of an Accept header, without those of weight 0.
  private static func ranges(_ accept: String) -> [String] {
    accept.split(separator: ",").compactMap { entry in
      let parts = entry.split(separator: ";").map { trimmed($0).lowercased() }
      let isRefused = parts.dropFirst().contains { part in
        part.hasPrefix("q=") && Double(part.dropFirst(2)) == 0
      }
      return isRefused ? nil : parts.first
    }
  }

  private static func covers(_ range: String, _ type: String) -> Bool {
    if range == "*/*" || range == type { return true }
    guard range.hasSuffix("/*") else { return false }
    return type.hasPrefix(range.dropLast())
  }

  private static func trimmed(_ text: Substring) -> String {
    String(
      text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
    )
  }
}

/// The process that answers.
var ownProcessID: Int { Int(SelfProcess.pid) }
