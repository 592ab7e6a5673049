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

  /// Up to when its lines may come; nil while it is in flight.
  var lastTime: Timestamp? {
    to.map { Timestamp(milliseconds: $0.milliseconds + Self.graceMilliseconds) }
  }

  func holds(_ line: ComputeLogLine) -> Bool {
    line.location == location && line.time >= from
      && (lastTime.map { line.time <= $0 } ?? true)
      && (generation == nil || generation == line.generation)
      && (run == nil || line.run == nil || run == line.run)
  }
}

extension [RunSpan] {
  /// Fewer spans that hold the same lines: those that meet are one, as the steps of a long run are.
  var merged: [RunSpan] {
    var merged: [RunSpan] = []
    // Where the last span of each kind is.
    var places: [RunSpan: Int] = [:]
    for span in sorted(by: { $0.from < $1.from }) {
      let kind = RunSpan(
        location: span.location,
        generation: span.generation,
        run: span.run,
        from: Timestamp(milliseconds: 0)
      )
      if let place = places[kind], merged[place].lastTime.map({ $0 >= span.from }) ?? true {
        if let to = merged[place].to { merged[place].to = span.to.map { Swift.max($0, to) } }
      } else {
        places[kind] = merged.count
        merged.append(span)
      }
    }
    return merged
  }
}

/// Reads the compute logs, the rotated files included.
///
/// What an answer costs depends on the answer, and not on how long the logs are.
package struct ComputeLogReader {
  /// About what the lines of one answer may take in memory.
  package static let pageBytes = 8 << 20
  /// What a line takes beside its text.
  private static let lineBytes = 128

  private let state: StateDirectory

  package init(state: StateDirectory) { self.state = state }

  /// The last lines of a location's log, oldest first; at most about ``pageBytes`` of them.
  package func lastLines(of location: LocationName, count: Int) throws(SystemError) -> LogLines {
    let files = try LogFiles(of: location, in: state)
    return try newest(count, of: [BackwardLines(files)], [files])
  }

  /// The last lines that locations wrote during some spans, by time; at most about ``pageBytes``.
  package func lines(during spans: [RunSpan], count: Int) throws(SystemError) -> LogLines {
    let spans = spans.merged
    var (files, readers): ([LogFiles], [BackwardLines]) = ([], [])
    for location in Set(spans.map(\.location)).sorted() {
      let own = try LogFiles(of: location, in: state)
      files.append(own)
      readers.append(BackwardLines(own, during: spans.filter { $0.location == location }))
    }
    return try newest(count, of: readers, files)
  }

  /// Takes the newest line of all, again and again.
  private func newest(
    _ count: Int,
    of readers: [BackwardLines],
    _ files: [LogFiles]
  ) throws(SystemError) -> LogLines {
    var found = LogLines(lines: [], cursor: LogCursor())
    // What is written after this look comes after the cursor.
    for files in files { found.cursor.positions[files.location] = try files.endPosition() }
    var readers = readers
    var bytes = 0
    while found.lines.count < count, bytes < Self.pageBytes {
      var newest: (index: Int, line: ComputeLogLine)?
      for index in readers.indices {
        guard let line = try readers[index].peek() else { continue }
        if let best = newest, (best.line.time, best.line.location) >= (line.time, line.location) {
          continue
        }
        newest = (index, line)
      }
      guard let newest else { break }
      _ = try readers[newest.index].next()
      bytes += newest.line.text.utf8.count + Self.lineBytes
      found.lines.append(newest.line)
    }
    found.lines = Self.byTime(found.lines.reversed())
    found.readBytes = files.reduce(0) { $0 + $1.readBytes }
    return found
  }

  /// The lines of a location's log that came after a cursor: each once, whatever was rotated.
  package func lines(
    of location: LocationName,
    after cursor: LogCursor
  ) throws(SystemError) -> LogLines {
    let files = try LogFiles(of: location, in: state)
    let place = cursor.positions[location] ?? .start
    let (lines, end) = try files.after(place, limitBytes: Self.pageBytes)
    return LogLines(
      lines: lines,
      cursor: LogCursor(positions: [location: end]),
      readBytes: files.readBytes
    )
  }

  /// The lines that locations wrote during some spans and after a cursor.
  ///
  /// A location that the cursor does not know had no span yet, so all of its spans is new. Each has
  /// its share of the answer, so that none keeps the others out of it.
  package func lines(
    during spans: [RunSpan],
    after cursor: LogCursor
  ) throws(SystemError) -> LogLines {
    var found = LogLines(lines: [], cursor: cursor)
    let spans = spans.merged
    let locations = Set(spans.map(\.location)).sorted()
    for location in locations {
      let own = spans.filter { $0.location == location }
      let files = try LogFiles(of: location, in: state)
      let (lines, end) = try files.after(
        cursor.positions[location] ?? .start,
        since: own.map(\.from).min(),
        limitBytes: Self.pageBytes / locations.count
      )
      found.lines += lines.filter { line in own.contains { $0.holds(line) } }
      found.cursor.positions[location] = end
      found.readBytes += files.readBytes
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
