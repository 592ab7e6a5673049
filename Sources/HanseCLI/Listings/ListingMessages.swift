import HanseModel

/// The words of the listings.
enum ListingMessages {
  static let noLocations =
    "the workspace has no locations; add one to \"locations\" in workspace.json"
  static let noAssets = "no assets"
  static func nothingSelected(_ selection: String, meant: [String]) -> String {
    let hint = meant.map { "; did you mean \($0.visibleLine)?" }.joined()
    return "the selection \(selection.visibleLine) names no asset\(hint)"
  }
  static let noRuns = "no runs yet; start one with `hanse materialize SELECTION`"
  static let noSuchRuns = "no such runs"
  static let noEvents = "no events"

  static let waitingForEvents = "no host is running; waiting for one (`hanse dev`), until Ctrl-C"
  static let followingLogs = "following what is written from here on, until Ctrl-C"
  static let nothingWritten = "nothing was written to standard error"
  static func noSuchLog(_ subject: String, nearest: String?) -> String {
    let hint =
      nearest.map { "; did you mean \"\($0)\"?" }
      ?? "; list them with `hanse locations` and `hanse runs`"
    return "there is no location and no run \"\(subject.visibleLine)\"\(hint)"
  }

  static let external = "external"
  /// In the place of a state: the process is there, but does not run.
  static let suspended = "suspended"
  static let isStale = "definitions of an earlier process"
  static let runsKeptBinary = "runs the host's copy of its binary"
  static func blocked(_ reason: String) -> String { "cannot run: \(reason)" }
  static func nextTry(_ time: Timestamp) -> String { "next try at \(TimeText.clock(time))" }

  static func checks(passed: Int, failed: Int, unknown: Int) -> String {
    var parts: [String] = []
    if passed > 0 { parts.append("\(passed) passed") }
    if failed > 0 { parts.append("\(failed) failed") }
    if unknown > 0 { parts.append("\(unknown) not run") }
    return parts.joined(separator: ", ")
  }

  /// Suggests the kind that was meant, or those of the same family, and all only for lack of both.
  static func unknownKind(_ kind: String) -> String {
    let known = EventPayload.knownKinds
    let start = "option \"--kind\": \"\(kind.visibleLine)\" is no kind of event; "
    if let nearest = Spelling.nearest(to: kind, among: known) {
      return start + "did you mean \"\(nearest)\"?"
    }
    let family = kind.prefix { $0 != "." }
    let relatives = known.filter { $0.prefix { $0 != "." } == family }
    return start + "there are \((relatives.isEmpty ? known : relatives).joined(separator: ", "))"
  }
}
