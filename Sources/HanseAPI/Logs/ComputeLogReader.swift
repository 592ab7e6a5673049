package import HanseHost
package import HanseModel
package import HanseSystem

/// Part of a location's time: an attempt of a run was in flight.
package struct RunSpan: Hashable, Sendable {
  /// What was written last may be read after the step's result, which comes by another pipe.
  private static let graceMilliseconds: Int64 = 100

  package var location: LocationName
  package var generation: Generation?
  /// Which run; a line that another run's worker wrote is not part of it.
  package var run: RunID?
  package var from: Timestamp
  /// Nil while it is in flight.
  package var to: Timestamp?

  package init(
    location: LocationName,
    generation: Generation? = nil,
    run: RunID? = nil,
    from: Timestamp,
    to: Timestamp? = nil
  ) {
    self.location = location
    self.generation = generation
    self.run = run
    self.from = from
    self.to = to
  }

  func holds(_ line: ComputeLogLine) -> Bool {
    line.location == location && line.time >= from
      && (to.map { line.time.milliseconds <= $0.milliseconds + Self.graceMilliseconds } ?? true)
      && (generation == nil || generation == line.generation)
      && (run == nil || line.run == nil || run == line.run)
  }
}

/// Reads the compute logs, the rotated files included.
package struct ComputeLogReader {
  private let state: StateDirectory

  package init(state: StateDirectory) { self.state = state }

  /// The last lines of a location's log, oldest first.
  package func lastLines(of location: LocationName, count: Int) throws(SystemError) -> LogLines {
    let (lines, end) = try LogFiles(of: location, in: state).last(count)
    return LogLines(lines: lines, cursor: LogCursor(positions: [location: end]))
  }

  /// The last lines that locations wrote during some spans, by time.
  package func lines(during spans: [RunSpan], count: Int) throws(SystemError) -> LogLines {
    var found = LogLines(lines: [], cursor: LogCursor())
    for location in Set(spans.map(\.location)).sorted() {
      let own = spans.filter { $0.location == location }
      guard let start = own.map(\.from).min() else { continue }
      let (lines, end) = try LogFiles(of: location, in: state).since(start)
      found.lines += lines.filter { line in own.contains { $0.holds(line) } }
      found.cursor.positions[location] = end
    }
    found.lines = Self.byTime(found.lines).suffix(count)
    return found
  }

  /// The lines of a location's log that came after a cursor: each once, whatever was rotated.
  package func lines(
    of location: LocationName,
    after cursor: LogCursor
  ) throws(SystemError) -> LogLines {
    let place = cursor.positions[location] ?? .start
    let (lines, end) = try LogFiles(of: location, in: state).after(place)
    return LogLines(lines: lines, cursor: LogCursor(positions: [location: end]))
  }

  /// The lines that locations wrote during some spans and after a cursor.
  ///
  /// A location that the cursor does not know had no span yet, so all of it is new.
  package func lines(
    during spans: [RunSpan],
    after cursor: LogCursor
  ) throws(SystemError) -> LogLines {
    var found = LogLines(lines: [], cursor: cursor)
    for location in Set(spans.map(\.location)).sorted() {
      let own = spans.filter { $0.location == location }
      let place = cursor.positions[location] ?? .start
      let (lines, end) = try LogFiles(of: location, in: state).after(place)
      found.lines += lines.filter { line in own.contains { $0.holds(line) } }
      found.cursor.positions[location] = end
    }
    found.lines = Self.byTime(found.lines)
    return found
  }

  /// Keeps the order of equal times, which is that of the file for each location.
  private static func byTime(_ lines: [ComputeLogLine]) -> [ComputeLogLine] {
    lines.enumerated().sorted {
      ($0.element.time, $0.element.location, $0.offset)
        < ($1.element.time, $1.element.location, $1.offset)
    }.map(\.element)
  }
}
