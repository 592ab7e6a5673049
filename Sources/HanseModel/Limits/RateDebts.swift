extension EventPayload {
  /// What rates had let through, as a debt that time pays off, at the start of a step.
  public struct RateNote: Hashable, Sendable {
    public struct Debt: Hashable, Sendable {
      public var target: LimitTarget
      /// How far ahead of an even pace the starts were.
      public var nanoseconds: Int64

      public init(target: LimitTarget, nanoseconds: Int64) {
        self.target = target
        self.nanoseconds = nanoseconds
      }
    }

    /// Which monotonic clock was read: readings of one clock can be compared, also by other hosts.
    public var clock: String
    /// What it said, in nanoseconds.
    public var reading: Int64
    public var debts: [Debt]

    public init(clock: String, reading: Int64, debts: [Debt]) {
      self.clock = clock
      self.reading = reading
      self.debts = debts
    }
  }
}

extension EventPayload.RateNote: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("clock", clock)
    json.member("reading", reading)
    json.member("debts", debts)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(clock: "", reading: 0, debts: [])
    try json.object { name, json throws(JSONError) in
      switch name {
      case "clock": clock = try json.string()
      case "reading": reading = try json.int64()
      case "debts": debts = try json.list()
      default: try json.skip()
      }
    }
  }
}

extension EventPayload.RateNote.Debt: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("target", target)
    json.member("nanoseconds", nanoseconds)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var target = LimitTarget.workspace
    var nanoseconds: Int64 = 0
    try json.object { name, json throws(JSONError) in
      switch name {
      case "target": target = try json.value()
      case "nanoseconds": nanoseconds = try json.int64()
      default: try json.skip()
      }
    }
    self.init(target: target, nanoseconds: nanoseconds)
  }
}

/// The last debt of each rate that the log tells of: a fold of the events that say so.
package struct RateDebts: Hashable, Sendable {
  private struct Entry: Hashable, Sendable {
    var debt: Duration
    var clock: String
    var reading: HostInstant
    var wall: Timestamp
  }

  private var entries: [LimitTarget: Entry] = [:]

  package init() {}

  /// Those that the log tells of.
  package var targets: [LimitTarget] { Array(entries.keys) }

  /// Takes an event; most change nothing.
  package mutating func apply(_ record: EventRecord) {
    guard case .ratesNoted(let note) = record.payload else { return }
    for debt in note.debts {
      entries[debt.target] = Entry(
        debt: .nanoseconds(debt.nanoseconds),
        clock: note.clock,
        reading: HostInstant(nanoseconds: note.reading),
        wall: record.time
      )
    }
  }

  /// What of a debt is left.
  ///
  /// On the same monotonic clock, which goes on over restarts of the host for as long as the machine
  /// runs, that is exact whatever the wall clock did. After a restart of the machine the wall clock has
  /// to do: set back, it pays nothing off, so the debt is at most what it was and never more than a
  /// burst; set forward, it pays all of it off.
  ///
  /// - Parameters:
  ///   - target: Of which rate.
  ///   - clock: The monotonic clock that is read now.
  ///   - now: What it says.
  ///   - wall: What the wall clock says.
  /// - Returns: The rest, or zero when nothing is known or all is paid.
  package func rest(
    of target: LimitTarget,
    clock: String,
    now: HostInstant,
    wall: Timestamp
  ) -> Duration {
    guard let entry = entries[target] else { return .zero }
    let isSame = !clock.isEmpty && clock == entry.clock && now >= entry.reading
    let passed = isSame ? now - entry.reading : max(.zero, wall.since(entry.wall))
    return max(.zero, entry.debt - passed)
  }
}
