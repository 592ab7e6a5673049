import HanseModel
import HanseSystem

/// Goes through the lines of a location's log from the newest on, reading no more than is asked for.
struct BackwardLines {
  /// A part of the time, of which lines are wanted.
  private struct Window {
    var from: Timestamp
    /// The end, what may come late included; nil for one that is not over.
    var to: Timestamp?
  }

  private let files: LogFiles
  /// Which lines are wanted; nil for all.
  private let spans: [RunSpan]?
  /// Those that are not read yet, the newest last.
  private var windows: [Window]
  /// The one that is being read.
  private var window: Window?
  private var place: LogFiles.Place
  /// Lines that were read, the newest last.
  private var lines: [ComputeLogLine] = []

  /// Begins at the newest line, or at the newest that fits one of the spans.
  init(_ files: LogFiles, during spans: [RunSpan]? = nil) {
    self.files = files
    self.spans = spans
    place = files.end
    windows = Self.windows(of: spans ?? [])
    if spans == nil { window = Window(from: Timestamp(milliseconds: .min)) }
  }

  private static func windows(of spans: [RunSpan]) -> [Window] {
    var windows: [Window] = []
    for span in spans.sorted(by: { $0.from < $1.from }) {
      guard let last = windows.last, last.to.map({ $0 >= span.from }) ?? true else {
        windows.append(Window(from: span.from, to: span.lastTime))
        continue
      }
      let to: Timestamp? =
        if let one = last.to, let other = span.lastTime { max(one, other) } else { nil }
      windows[windows.count - 1].to = to
    }
    return windows
  }

  /// The next line that fits, older than the one before.
  mutating func next() throws(SystemError) -> ComputeLogLine? {
    while lines.isEmpty {
      if window == nil, !enterWindow() { return nil }
      try fill()
    }
    return lines.popLast()
  }

  /// The time of the line that comes next, without taking it.
  mutating func peek() throws(SystemError) -> ComputeLogLine? {
    guard let line = try next() else { return nil }
    lines.append(line)
    return line
  }

  private mutating func enterWindow() -> Bool {
    window = windows.popLast()
    return window != nil
  }

  /// Reads a block; ends the window when it reaches back before it.
  private mutating func fill() throws(SystemError) {
    guard let present = window else { return }
    guard let (bytes, start) = try files.lines(before: place) else {
      (window, windows) = (nil, [])
      return
    }
    place = start
    let found = files.parse(bytes)
    if let to = present.to, let first = found.first, first.time > to {
      // All of it came after the window, which may be far back: it is looked for, and never behind
      // what was read already.
      let end = try files.place { $0 > to }
      if (end.index, -end.offset) > (place.index, -place.offset) { place = end }
      return
    }
    if found.contains(where: { $0.time < present.from }) { window = nil }
    // Those of an older window may be in the same block.
    guard let spans else { return lines = found }
    lines = found.filter { line in spans.contains { $0.holds(line) } }
  }
}
