import HanseModel

/// What each connection of a server is at, and which of them have to go.
///
/// Pure: the caller says what happens and when, and performs what comes back. A connection without
/// a request may be ended at any time, so nobody can keep others out by opening many and saying
/// nothing. Streams stay for as long as their reader likes, and are counted by themselves.
struct ConnectionLedger: Sendable {
  /// The connection's address, which means no other connection for as long as it is open.
  struct ID: Hashable, Sendable {
    let bits: UInt
  }

  struct Limits: Hashable, Sendable {
    /// Besides the streams.
    var connections: Int
    var streams: Int
    /// For the head of a request, from the opening or the end of the request before it.
    var head: Duration
    /// For the body of a request.
    var body: Duration
  }

  enum Phase: Hashable, Sendable {
    /// Without a request, or with a part of one's head.
    case waiting
    /// With a whole head and not yet a whole body.
    case receiving
    case answering
    case streaming
    /// Told to go, for this reason.
    case leaving(Reason)
  }

  enum Reason: Hashable, Sendable {
    /// Somebody else needed the place.
    case evicted
    case slowHead
    case slowBody
  }

  /// A connection that has to be ended now.
  struct Ending: Hashable, Sendable {
    var id: ID
    var reason: Reason
  }

  private struct Entry: Hashable, Sendable {
    var phase: Phase
    var sinceMilliseconds: UInt64
    /// Of the opening; of two of the same millisecond the older one goes first.
    var number: Int

    func isOlder(than other: Entry) -> Bool {
      (sinceMilliseconds, number) < (other.sinceMilliseconds, other.number)
    }
  }

  let limits: Limits
  private var entries: [ID: Entry] = [:]
  private var opened = 0

  init(_ limits: Limits) { self.limits = limits }

  var count: Int { entries.count }
  var streamCount: Int { entries.values.count { $0.phase == .streaming } }

  func phase(of id: ID) -> Phase? { entries[id]?.phase }

  /// A connection has come.
  ///
  /// - Returns: The one that has waited longest, when there is one too many.
  mutating func open(_ id: ID, at now: UInt64) -> Ending? {
    opened += 1
    entries[id] = Entry(phase: .waiting, sinceMilliseconds: now, number: opened)
    guard placesTaken > limits.connections else { return nil }
    let oldest = entries.filter { $0.key != id && $0.value.phase == .waiting }
      .min { $0.value.isOlder(than: $1.value) }
    guard let oldest else { return nil }
    return end(oldest.key, because: .evicted, at: now)
  }

  mutating func close(_ id: ID) { entries[id] = nil }

  /// The head of a request is complete.
  ///
  /// - Returns: False when the connection has been told to go.
  mutating func receive(_ id: ID, at now: UInt64) -> Bool { enter(.receiving, id, at: now) }

  /// A request is complete.
  mutating func answer(_ id: ID, at now: UInt64) -> Bool { enter(.answering, id, at: now) }

  /// Whether one more request can be answered; asked once it is received.
  var hasRoom: Bool {
    entries.values.count { $0.phase == .receiving || $0.phase == .answering } <= limits.connections
  }

  /// The answer is a stream.
  ///
  /// - Returns: False when there are as many as there may be.
  mutating func stream(_ id: ID, at now: UInt64) -> Bool {
    streamCount < limits.streams && enter(.streaming, id, at: now)
  }

  /// The answer has been sent.
  mutating func wait(_ id: ID, at now: UInt64) { _ = enter(.waiting, id, at: now) }

  /// When the next connection has taken too long; nil when there is none that could.
  var nextDeadline: UInt64? { entries.values.lazy.compactMap { deadline(of: $0) }.min() }

  /// The connections that have taken too long by now.
  mutating func overdue(at now: UInt64) -> [Ending] {
    let late = entries.filter { deadline(of: $0.value).map { $0 <= now } ?? false }
      .sorted { $0.value.isOlder(than: $1.value) }
    return late.map { id, entry in
      end(id, because: entry.phase == .waiting ? .slowHead : .slowBody, at: now)
    }
  }

  private var placesTaken: Int {
    entries.values.count { entry in
      switch entry.phase {
      case .waiting, .receiving, .answering: true
      case .streaming, .leaving: false
      }
    }
  }

  private func deadline(of entry: Entry) -> UInt64? {
    switch entry.phase {
    case .waiting: entry.sinceMilliseconds + UInt64(limits.head.wholeMilliseconds)
    case .receiving: entry.sinceMilliseconds + UInt64(limits.body.wholeMilliseconds)
    case .answering, .streaming, .leaving: nil
    }
  }

  private mutating func enter(_ phase: Phase, _ id: ID, at now: UInt64) -> Bool {
    guard let entry = entries[id] else { return false }
    if case .leaving = entry.phase { return false }
    entries[id]?.phase = phase
    entries[id]?.sinceMilliseconds = now
    return true
  }

  private mutating func end(_ id: ID, because reason: Reason, at now: UInt64) -> Ending {
    entries[id]?.phase = .leaving(reason)
    return Ending(id: id, reason: reason)
  }
}
