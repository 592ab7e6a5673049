import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

extension Router {
  /// All locations of the workspace, those with an entry that cannot be used last.
  func locations() throws(Problem) -> [LocationDocument] {
    let host = try backend.requireHost()
    var documents = host.snapshot.locations.map { LocationDocument($0) }
    for problem in host.configuration.problems where problem.severity == .error {
      guard let name = problem.location, !documents.contains(where: { $0.name == name }) else {
        continue
      }
      var document = LocationDocument(name: name, state: .invalid)
      document.reason = "\(problem)"
      documents.append(document)
    }
    return documents
  }

  func location(_ name: String) throws(Problem) -> LocationDocument {
    let all = try locations()
    if let found = all.first(where: { $0.name.text == name }) { return found }
    throw .unknownLocation(name, nearest: Spelling.nearest(to: name, among: all.map(\.name.text)))
  }

  /// A location, once what was started of it serves or has failed, or a time is over.
  func location(_ name: String, _ query: Query) throws(Problem) -> LocationDocument {
    let limit = try query.integer("decidedWithinMilliseconds", in: 0...10_000, default: 0)
    let known = try location(name)
    guard limit > 0 else { return known }
    _ = try backend.requireHost().wait(for: .milliseconds(limit)) { snapshot in
      snapshot.isStopping || snapshot.locations.first { $0.name == known.name }?.isDecided ?? true
    }
    return try location(name)
  }

  // MARK: Compute logs

  /// The last lines that a location wrote, perhaps only during one run, or those after a cursor.
  func logs(ofLocation name: String, _ query: Query) throws(Problem) -> Page<ComputeLogLine> {
    let count = Int(try query.integer("lines", in: 1...100_000, default: 200))
    let cursor = try logCursor(query)
    let location = try knownLocation(name)
    guard let run = query["run"] else {
      return try logs { log throws(SystemError) in
        if let cursor { return try log.lines(of: location, after: cursor) }
        return try log.lastLines(of: location, count: count)
      }
    }
    let spans = try spans(of: run).filter { $0.location == location }
    return try logs(during: spans, count: count, after: cursor)
  }

  /// What the run's locations wrote while its attempts were in flight, by time.
  func logs(ofRun id: String, _ query: Query) throws(Problem) -> Page<ComputeLogLine> {
    let count = Int(try query.integer("lines", in: 1...100_000, default: 1000))
    let cursor = try logCursor(query)
    return try logs(during: try spans(of: id), count: count, after: cursor)
  }

  private func logs(
    during spans: [RunSpan],
    count: Int,
    after cursor: LogCursor?
  ) throws(Problem) -> Page<ComputeLogLine> {
    try logs { log throws(SystemError) in
      if let cursor { return try log.lines(during: spans, after: cursor) }
      return try log.lines(during: spans, count: count)
    }
  }

  /// Where an earlier page ended.
  private func logCursor(_ query: Query) throws(Problem) -> LogCursor? {
    guard let text = query["cursor"] else { return nil }
    if query["lines"] != nil {
      throw .misplacedParameter("lines", "after a cursor come all the lines there are")
    }
    guard let cursor = LogCursor(text) else {
      throw .invalidParameter("cursor", text, expected: "the \"next\" of an earlier answer")
    }
    return cursor
  }

  private func logs(
    _ read: (ComputeLogReader) throws(SystemError) -> LogLines
  ) throws(Problem) -> Page<ComputeLogLine> {
    do throws(SystemError) {
      let found = try read(ComputeLogReader(state: backend.state))
      return Page(items: found.lines, next: found.cursor.text)
    } catch {
      throw Problem(computeLog: error)
    }
  }

  /// A location of the workspace, or, without a host, one that has left a compute log.
  private func knownLocation(_ name: String) throws(Problem) -> LocationName {
    switch backend {
    case .host: return try location(name).name
    case .stored(let state):
      let left: [String]
      do throws(SystemError) {
        left = try Files.status(state.computeLogs) == nil ? [] : try Files.list(state.computeLogs)
      } catch {
        throw Problem(computeLog: error)
      }
      let names = left.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }
      guard names.contains(name) else {
        throw .unknownLocation(name, nearest: Spelling.nearest(to: name, among: names))
      }
      return LocationName(name)
    }
  }
}
