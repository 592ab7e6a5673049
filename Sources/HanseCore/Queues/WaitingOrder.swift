package import HanseModel

/// The steps that wait, in the order in which they would start if every limit had room.
///
/// It takes the turns as the dispatcher would, on a copy of the turns alone: of what waits it reads
/// only as much as is asked for. Steps of locations that do not run, and what is paused, come last.
package struct WaitingOrder {
  package struct Waiting: Sendable {
    package var ticket: Dispatcher.Ticket
    package var demand: Dispatcher.Demand
    package var readyAt: HostInstant
    /// Whether it must have its location to itself.
    package var isAlone: Bool
  }

  /// One line of a lane, as far as it has been read.
  fileprivate struct Reading: Comparable, Sendable {
    var place: Dispatcher.Place
    var entry: Dispatcher.Entry
    var rest: OrderedFifo<Dispatcher.Entry>.Cursor

    static func < (left: Self, right: Self) -> Bool { left.place < right.place }
    static func == (left: Self, right: Self) -> Bool { left.place == right.place }
  }

  private struct Lane {
    var alone: [Dispatcher.Loner] = []
    var nextAlone = 0
    var lines: [Int] = []
    /// Nil before it is read for the first time.
    var readings: MinHeap<Reading>?
  }

  private struct Queue {
    /// Its lanes that have something, and are not read out.
    var lanes: [Int] = []
    var turns = MinHeap<Dispatcher.Turn>()
    var pass: UInt64
  }

  private let dispatcher: Dispatcher
  private var lanes: [Lane]
  private var queues: [Queue]
  private var turns = MinHeap<Dispatcher.Turn>()
  private var pass: UInt64
  private var grants: UInt64
  /// Whether those are being read that could start.
  private var readsOpen = true

  /// - Parameters:
  ///   - dispatcher: What waits.
  ///   - name: Only what waits in this queue; nil for all queues.
  init(_ dispatcher: Dispatcher, queue name: String? = nil) {
    self.dispatcher = dispatcher
    pass = dispatcher.queuePass
    grants = dispatcher.grants
    lanes = Array(repeating: Lane(), count: dispatcher.lanes.count)
    queues = dispatcher.queues.map { Queue(pass: $0.pass) }
    for line in dispatcher.lineIndices.values {
      lanes[dispatcher.lines[line].needs.lane].lines.append(line)
    }
    for location in dispatcher.locations {
      for loner in location.alone.elements { lanes[loner.needs.lane].alone.append(loner) }
    }
    for (index, lane) in lanes.enumerated() where !lane.lines.isEmpty || !lane.alone.isEmpty {
      let queue = dispatcher.lanes[index].queue
      if name.map({ $0 == dispatcher.queues[queue].name }) ?? true {
        queues[queue].lanes.append(index)
      }
    }
    begin()
  }

  /// Lets all have their turns that could start, or all that could not.
  private mutating func begin() {
    for index in queues.indices {
      for lane in queues[index].lanes where isOpen(lane) == readsOpen {
        queues[index].turns.push(dispatcher.lanes[lane].turn)
      }
      if !queues[index].turns.isEmpty { turns.push(dispatcher.queues[index].turn) }
    }
  }

  private func isOpen(_ lane: Int) -> Bool {
    let location = dispatcher.locations[dispatcher.lanes[lane].location]
    let queue = dispatcher.queues[dispatcher.lanes[lane].queue]
    return location.isReady && !location.settings.isPaused && !queue.settings.isPaused
  }

  // MARK: Reading

  /// The next step; nil when all have been read.
  package mutating func next() -> Waiting? {
    if let found = nextTurn() { return found }
    guard readsOpen else { return nil }
    readsOpen = false
    begin()
    return nextTurn()
  }

  private mutating func nextTurn() -> Waiting? {
    while var turn = turns.popMin() {
      if turn.pass < pass {
        // Nobody has saved up turns.
        turn.pass = pass
        turns.push(turn)
      } else if let found = nextTurn(in: turn.index) {
        pass = turn.pass
        let weight = dispatcher.queues[turn.index].settings.weight
        turns.push(later(turn, by: Dispatcher.stride(of: weight)))
        return found
      }
    }
    return nil
  }

  private mutating func nextTurn(in queue: Int) -> Waiting? {
    while var turn = queues[queue].turns.popMin() {
      if turn.pass < queues[queue].pass {
        turn.pass = queues[queue].pass
        queues[queue].turns.push(turn)
      } else if let found = take(turn.index) {
        queues[queue].pass = turn.pass
        grants += 1
        let location = dispatcher.locations[dispatcher.lanes[turn.index].location]
        let stride = Dispatcher.stride(of: location.settings.weight)
        queues[queue].turns.push(later(turn, by: stride))
        return found
      }
    }
    return nil
  }

  private func later(_ turn: Dispatcher.Turn, by stride: UInt64) -> Dispatcher.Turn {
    Dispatcher.Turn(pass: turn.pass + stride, lastGrant: grants, index: turn.index)
  }

  private mutating func take(_ lane: Int) -> Waiting? {
    if lanes[lane].nextAlone < lanes[lane].alone.count {
      let loner = lanes[lane].alone[lanes[lane].nextAlone]
      lanes[lane].nextAlone += 1
      return Waiting(
        ticket: loner.entry.ticket,
        demand: loner.demand,
        readyAt: loner.entry.readyAt,
        isAlone: true
      )
    }
    if lanes[lane].readings == nil {
      lanes[lane].readings = dispatcher.readings(of: lanes[lane].lines)
    }
    guard let first = lanes[lane].readings?.popMin() else { return nil }
    if let next = dispatcher.read(first.place.line, first.rest) { lanes[lane].readings?.push(next) }
    return Waiting(
      ticket: first.entry.ticket,
      demand: dispatcher.lines[first.place.line].demand,
      readyAt: first.entry.readyAt,
      isAlone: false
    )
  }
}

extension Dispatcher {
  /// The steps that wait, in the order in which they would start if every limit had room.
  ///
  /// - Parameters:
  ///   - count: How many at most.
  ///   - skipped: How many to leave out before them; they cost as much as those that are returned.
  ///   - queue: Only those of one queue; nil for all.
  /// - Returns: At most `count` of them.
  package func waiting(
    first count: Int,
    after skipped: Int = 0,
    in queue: String? = nil
  ) -> [WaitingOrder.Waiting] {
    var order = WaitingOrder(self, queue: queue)
    var found: [WaitingOrder.Waiting] = []
    for position in 0..<(skipped + count) {
      guard let next = order.next() else { break }
      if position >= skipped { found.append(next) }
    }
    return found
  }

  static func place(of entry: Entry, _ priority: Int, line: Int) -> Place {
    Place(
      virtualReadiness: entry.readyAt.nanoseconds - Int64(priority) * ageing.wholeNanoseconds,
      number: entry.number,
      line: line
    )
  }

  fileprivate func readings(of lines: [Int]) -> MinHeap<WaitingOrder.Reading> {
    var readings = MinHeap<WaitingOrder.Reading>()
    for line in lines {
      if let first = read(line, self.lines[line].entries.cursor) { readings.push(first) }
    }
    return readings
  }

  /// The next step of a line that has not been taken back.
  fileprivate func read(
    _ line: Int,
    _ cursor: OrderedFifo<Entry>.Cursor
  ) -> WaitingOrder.Reading? {
    var cursor = cursor
    while let entry = cursor.next() {
      guard !lines[line].withdrawn.contains(entry.ticket) else { continue }
      let place = Self.place(of: entry, lines[line].demand.priority, line: line)
      return WaitingOrder.Reading(place: place, entry: entry, rest: cursor)
    }
    return nil
  }
}

/// How many steps go before others of their location and queue, for several questions at one moment.
package struct LanePlaces: Sendable {
  /// So many steps of a lane are counted; whoever is behind them has at least so many before it.
  package static let counted = 10_000

  private struct Lane {
    var places: [Dispatcher.Ticket: Int] = [:]
    var hasMore = false
  }

  private var lanes: [Int: Lane] = [:]

  package init() {}

  /// How many go before a step, at most ``counted``; nil if it does not wait.
  ///
  /// The first question about a lane looks at that many of its steps, however many wait.
  mutating func ahead(
    of ticket: Dispatcher.Ticket,
    _ demand: Dispatcher.Demand,
    in dispatcher: Dispatcher
  ) -> Int? {
    guard let line = dispatcher.lineIndices[demand],
      !dispatcher.lines[line].withdrawn.contains(ticket)
    else { return nil }
    let lane = dispatcher.lines[line].needs.lane
    if lanes[lane] == nil { lanes[lane] = Self.count(lane, in: dispatcher) }
    return lanes[lane]?.places[ticket] ?? (lanes[lane]?.hasMore == true ? Self.counted : nil)
  }

  private static func count(_ lane: Int, in dispatcher: Dispatcher) -> Lane {
    var found = Lane()
    var readings = dispatcher.readings(
      of: dispatcher.lineIndices.values.filter { dispatcher.lines[$0].needs.lane == lane }
    )
    while let first = readings.popMin() {
      if found.places.count == counted {
        found.hasMore = true
        break
      }
      found.places[first.entry.ticket] = found.places.count
      if let next = dispatcher.read(first.place.line, first.rest) { readings.push(next) }
    }
    return found
  }
}
