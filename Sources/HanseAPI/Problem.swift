package import HanseModel

/// Why a call of the API was refused or failed (RFC 9457).
///
/// `type` is for programs and stays the same; `detail` is for people. All wording of the API's
/// errors is in this file and in `Problem+Wording.swift`.
package struct Problem: Error, Hashable, Sendable {
  package enum Code: String, Hashable, Sendable, CaseIterable {
    case unknownRoute = "unknown-route"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case unsupportedMediaType = "unsupported-media-type"
    case invalidRequest = "invalid-request"
    case invalidParameter = "invalid-parameter"
    case unknownParameter = "unknown-parameter"
    case invalidBody = "invalid-body"
    case bodyTooLarge = "body-too-large"
    case targetTooLong = "target-too-long"
    case headersTooLarge = "headers-too-large"
    case tooManyConnections = "too-many-connections"
    case tooManyStreams = "too-many-streams"
    case tooSlow = "too-slow"
    case foreignHost = "foreign-host"
    case foreignOrigin = "foreign-origin"
    case unknownRun = "unknown-run"
    case ambiguousRun = "ambiguous-run"
    case runFinished = "run-finished"
    case unknownLocation = "unknown-location"
    case locationUnavailable = "location-unavailable"
    case unknownQueue = "unknown-queue"
    case unknownPool = "unknown-pool"
    case queueFull = "queue-full"
    case lowDisk = "low-disk"
    case invalidLimit = "invalid-limit"
    case workspace = "workspace"
    case unknownGeneration = "unknown-generation"
    case nothingToCompare = "nothing-to-compare"
    case unknownAsset = "unknown-asset"
    case unknownStep = "unknown-step"
    case selection
    case plan
    case noHost = "no-host"
    case stopping
    case eventLog = "event-log"
    case computeLog = "compute-log"
    case `internal`
  }

  package static let prefix = "urn:hanse:problem:"

  /// A stable URN, such as `urn:hanse:problem:unknown-run`.
  package var type: String
  package var title: String
  package var status: Int
  package var detail: String
  /// The path that was called.
  package var instance: String?
  /// The query parameter, or the member of the body, that is wrong.
  package var parameter: String?
  /// The character of the selection that is wrong, counting from 1.
  package var column: Int?
  package var selection: String?
  /// What was probably meant.
  package var suggestion: String?
  /// What it could be, such as the runs that share the beginning of an id.
  package var candidates: [String] = []
  /// The methods that the resource has.
  package var allowed: [String] = []

  package init(_ code: Code, status: Int, title: String, detail: String) {
    type = Self.prefix + code.rawValue
    self.status = status
    self.title = title
    self.detail = detail
  }

  /// What this version knows the type as; nil for a type of another version.
  package var code: Code? {
    type.hasPrefix(Self.prefix) ? Code(rawValue: String(type.dropFirst(Self.prefix.count))) : nil
  }

  func at(_ path: String) -> Problem {
    var copy = self
    copy.instance = path
    return copy
  }
}

extension Problem: CustomStringConvertible {
  package var description: String { detail }
}

extension Problem: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("type", type)
    json.member("title", title)
    json.member("status", status)
    json.member("detail", detail)
    json.member("instance", instance)
    json.member("parameter", parameter)
    json.member("column", column)
    json.member("selection", selection)
    json.member("suggestion", suggestion)
    json.member("candidates", candidates)
    json.member("allowed", allowed)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(.internal, status: 500, title: "", detail: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "type": type = try json.string()
      case "title": title = try json.string()
      case "status": status = try json.int()
      case "detail": detail = try json.string()
      case "instance": instance = try json.optional()
      case "parameter": parameter = try json.optional()
      case "column": column = try json.optional()
      case "selection": selection = try json.optional()
      case "suggestion": suggestion = try json.optional()
      case "candidates": candidates = try json.list()
      case "allowed": allowed = try json.list()
      default: try json.skip()
      }
    }
  }
}
