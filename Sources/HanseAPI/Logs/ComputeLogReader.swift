package import HanseHost
package import HanseModel
package import HanseSystem

/// Part of a location's time: an attempt of a run was in flight.
package struct RunSpan: Hashable, Sendable {
  /// What was written last may be read after the step's result, which comes by another pipe.
  private static let graceMilliseconds: Int64 = 100

  package var location: LocationName
  package var generation: Generation?
  package var from: Timestamp
  /// Nil while it is in flight.
  package var to: Timestamp?

  package init(
    location: LocationName,
    generation: Generation? = nil,
    from: Timestamp,
    to: Timestamp? = nil
  ) {
    self.location = location
    self.generation = generation
    self.from = from
    self.to = to
  }

  func holds(_ line: ComputeLogLine) -> Bool {
    line.location == location && line.time >= from
      && (to.map { line.time.milliseconds <= $0.milliseconds + Self.graceMilliseconds } ?? true)
      && (generation == nil || generation == line.generation)
  }
}

/// Reads the compute logs, the rotated files included.
package struct ComputeLogReader {
  /// More than a file of the log ever holds.
  private static let fileLimitBytes = 1 << 28

  private let state: StateDirectory

  package init(state: StateDirectory) { self.state = state }

  /// The last lines of a location's log, oldest first.
  package func lastLines(
    of location: LocationName,
    count: Int
  ) throws(SystemError) -> [ComputeLogLine] {
    var kept: [ComputeLogLine] = []
    var file = 0
    while kept.count < count, let bytes = try contents(location, file) {
      let lines = bytes.split(separator: UInt8(ascii: "\n")).suffix(count - kept.count)
      kept = parse(lines, location) + kept
      file += 1
    }
    return kept
  }

  /// The last lines that locations wrote during some spans, by time.
  package func lines(during spans: [RunSpan], count: Int) throws(SystemError) -> [ComputeLogLine] {
    var kept: [ComputeLogLine] = []
    for location in Set(spans.map(\.location)).sorted() {
      let own = spans.filter { $0.location == location }
      guard let start = own.map(\.from).min() else { continue }
      var file = 0
      while let bytes = try contents(location, file) {
        let lines = parse(bytes.split(separator: UInt8(ascii: "\n"))[...], location)
        kept += lines.filter { line in own.contains { $0.holds(line) } }
        // Older files hold only what was written before this one's first line.
        if let first = lines.first, first.time < start { break }
        file += 1
      }
    }
    // The sort keeps the order of equal times, which is that of the file for each location.
    let sorted = kept.enumerated().sorted {
      ($0.element.time, $0.element.location, $0.offset)
        < ($1.element.time, $1.element.location, $1.offset)
    }
    return sorted.suffix(count).map(\.element)
  }

  /// The current file for 0, its predecessors for 1 and up; nil when there is none.
  private func contents(_ location: LocationName, _ file: Int) throws(SystemError) -> [UInt8]? {
    let current = state.computeLog(of: location)
    do throws(SystemError) {
      return try Files.read(
        file == 0 ? current : "\(current).\(file)",
        limitBytes: Self.fileLimitBytes
      )
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  private func parse(
    _ lines: ArraySlice<ArraySlice<UInt8>>,
    _ location: LocationName
  ) -> [ComputeLogLine] {
    lines.compactMap { ComputeLogLine(String(decoding: $0, as: UTF8.self), location: location) }
  }
}
