package import HanseModel

/// How steps wait: in lines, of which each stands in one place of its lane.
extension Dispatcher {
  /// Lets a step wait for its turn; in a location that nobody added it waits for that.
  ///
  /// - Parameters:
  ///   - ticket: Who waits; one that was withdrawn and comes back gets its old place again.
  ///   - demand: What it needs.
  ///   - alone: Whether nothing else may run in the location meanwhile. It comes before all others
  ///     there, and they wait for its end; what runs already it waits for.
  ///   - place: The place it had and keeps; nil for the last one.
  ///   - now: When.
  package mutating func enqueue(
    _ ticket: Ticket,
    _ demand: Demand,
    alone: Bool = false,
    keeping place: Entry? = nil,
    at now: HostInstant
  ) {
    if alone {
      let needs = needs(of: demand)
      let entry = place ?? makeEntry(ticket, at: now)
      let loner = Loner(entry: entry, demand: demand, needs: needs)
      locations[lanes[needs.lane].location].alone.append(loner)
      locations[lanes[needs.lane].location].waiting += 1
      return offer(lane: needs.lane)
    }
    let line = line(of: demand)
    let wasEmpty = lines[line].isEmpty
    guard lines[line].withdrawn.isEmpty || lines[line].withdrawn.remove(ticket) == nil else {
      locations[lanes[lines[line].needs.lane].location].waiting += 1
      if wasEmpty { revive(line) }
      return offer(lane: lines[line].needs.lane)
    }
    add(place ?? makeEntry(ticket, at: now), to: line)
  }

  /// Takes back a step that waits; the caller knows that it does.
  ///
  /// - Parameters:
  ///   - ticket: Which.
  ///   - demand: What it waits for.
  /// - Returns: The place of one that was to be alone; any other keeps its own in its line.
  @discardableResult
  package mutating func withdraw(_ ticket: Ticket, _ demand: Demand) -> Entry? {
    guard let location = locationIndices[demand.location] else { return nil }
    locations[location].waiting -= 1
    if let loner = locations[location].alone.elements.first(where: { $0.entry.ticket == ticket }) {
      if locations[location].shortLoner?.entry.ticket == ticket { forgetShortLoner(of: location) }
      locations[location].alone.removeAll { $0.entry.ticket == ticket }
      offer(location: location)
      return loner.entry
    }
    guard let line = lineIndices[demand] else { return nil }
    lines[line].withdrawn.insert(ticket)
    forgetShortageIfEmpty(line)
    let withdrawn = lines[line].withdrawn
    guard withdrawn.count > 64, withdrawn.count * 2 > lines[line].entries.count else { return nil }
    lines[line].entries.removeAll { withdrawn.contains($0.ticket) }
    lines[line].withdrawn = []
    return nil
  }

  /// Moves steps that wait to other queues or priorities; they keep the time they have waited for.
  ///
  /// Looks at all that wait.
  ///
  /// - Parameters:
  ///   - isMeant: Which steps.
  ///   - change: Makes the new demand of the old one.
  /// - Returns: How many were moved.
  @discardableResult
  package mutating func move(
    where isMeant: (Ticket) -> Bool,
    to change: (Demand) -> Demand
  ) -> Int {
    var moved: [(entry: Entry, demand: Demand)] = []
    for (demand, line) in lineIndices {
      let target = change(demand)
      guard target != demand else { continue }
      let withdrawn = lines[line].withdrawn
      let leaving = lines[line].entries.filter {
        isMeant($0.ticket) && !withdrawn.contains($0.ticket)
      }
      guard !leaving.isEmpty else { continue }
      let numbers = Set(leaving.map(\.number))
      lines[line].entries.removeAll { numbers.contains($0.number) }
      forgetShortageIfEmpty(line)
      locations[lanes[lines[line].needs.lane].location].waiting -= leaving.count
      moved += leaving.map { ($0, target) }
    }
    moved.sort { $0.entry < $1.entry }
    // In their own order, so that what comes of it depends on nothing else: also which of two lanes
    // that are new to their queue has its first turn.
    let loners = locations.flatMap(\.alone.elements).filter { isMeant($0.entry.ticket) }
      .map { (entry: $0.entry, demand: change($0.demand)) }
    for (_, demand) in (moved + loners).sorted(by: { $0.entry < $1.entry }) {
      _ = needs(of: demand)
    }
    for (entry, demand) in moved { add(entry, to: line(of: demand)) }
    return moved.count + moveLoners(where: isMeant, to: change)
  }

  /// Moves those that must be alone; they keep their place before all others of their location.
  private mutating func moveLoners(
    where isMeant: (Ticket) -> Bool,
    to change: (Demand) -> Demand
  ) -> Int {
    var count = 0
    for location in locations.indices where locations[location].alone.count > 0 {
      let old = Array(locations[location].alone.elements)
      let new = old.map { loner in
        let target = isMeant(loner.entry.ticket) ? change(loner.demand) : loner.demand
        guard target != loner.demand else { return loner }
        if locations[location].shortLoner?.entry == loner.entry { forgetShortLoner(of: location) }
        count += 1
        return Loner(entry: loner.entry, demand: target, needs: needs(of: target))
      }
      locations[location].alone = Fifo(new)
      for loner in new { offer(lane: loner.needs.lane) }
    }
    return count
  }

  /// Puts all that wait in lines anew, after what their demands mean has changed.
  ///
  /// - Parameter change: Makes the new demand of the old one; the location stays the same.
  mutating func rebuildLines(_ change: (Ticket, Demand) -> Demand) {
    var all: [(entry: Entry, demand: Demand)] = []
    for (demand, line) in lineIndices {
      let withdrawn = lines[line].withdrawn
      all += lines[line].entries.filter { !withdrawn.contains($0.ticket) }
        .map { ($0, change($0.ticket, demand)) }
    }
    forgetAllShortages()
    (lines, lineIndices, freeLines, waitingFor) = ([], [:], [], [:])
    for lane in lanes.indices {
      lanes[lane].ready = MinHeap()
      lanes[lane].parked = [:]
      lanes[lane].represented = [:]
    }
    for location in locations.indices {
      locations[location].waiting = locations[location].alone.count
      let loners = locations[location].alone.elements.map { loner in
        let demand = change(loner.entry.ticket, loner.demand)
        return Loner(entry: loner.entry, demand: demand, needs: needs(of: demand))
      }
      locations[location].alone = Fifo(loners)
      for loner in loners { offer(lane: loner.needs.lane) }
    }
    for (entry, demand) in all.sorted(by: { $0.entry < $1.entry }) {
      add(entry, to: line(of: demand))
    }
  }

  // MARK: Lines

  private mutating func makeEntry(_ ticket: Ticket, at now: HostInstant) -> Entry {
    nextNumber += 1
    return Entry(number: nextNumber, readyAt: now, ticket: ticket)
  }

  private mutating func add(_ entry: Entry, to line: Int) {
    if !lines[line].withdrawn.isEmpty, lines[line].withdrawn.remove(entry.ticket) != nil {
      // It was taken back here and comes from elsewhere: its old entry is not to be taken for it.
      lines[line].entries.removeAll { $0.ticket == entry.ticket }
    }
    let isFirst = lines[line].entries.min.map { entry < $0 } ?? true
    let wasEmpty = lines[line].isEmpty
    lines[line].entries.push(entry)
    let lane = lines[line].needs.lane
    locations[lanes[lane].location].waiting += 1
    if lines[line].standing == .empty {
      stand(line)
    } else if wasEmpty {
      revive(line)
    } else if isFirst {
      // It came from elsewhere and has waited for longer than all here: the line moves up with it.
      restand(line)
    }
    offer(lane: lane)
  }

  private mutating func line(of demand: Demand) -> Int {
    if let index = lineIndices[demand] { return index }
    let line = Line(demand: demand, needs: needs(of: demand))
    let index = freeLines.popLast() ?? lines.count
    if index == lines.count { lines.append(line) } else { lines[index] = line }
    lineIndices[demand] = index
    return index
  }

  private mutating func needs(of demand: Demand) -> Needs {
    let lane = lane(
      of: location(named: demand.location),
      in: queue(named: demand.queue)
    )
    var shares: [Share] = []
    for (name, count) in demand.pools.sorted(by: { $0.key < $1.key }) where count > 0 {
      shares.append(Share(pool: pool(named: name), units: count))
    }
    return Needs(
      lane: lane,
      pools: shares,
      bundle: bundle(of: shares),
      tags: keys(of: demand.tags)
    )
  }

  /// The limits on tags that a run with these is subject to.
  func keys(of tags: [String: String]) -> [TagKey] {
    tagLimits.enumerated().compactMap { index, limit in
      tags[limit.tag].map { TagKey(limit: index, value: limit.perValue ? $0 : "") }
    }
  }

  /// The line's place by its first step; nil when nothing is left in it.
  mutating func place(of line: Int) -> Place? {
    while let first = lines[line].entries.min {
      guard !lines[line].withdrawn.isEmpty, lines[line].withdrawn.remove(first.ticket) != nil
      else {
        let worth = Int64(lines[line].demand.priority) * Self.ageing.wholeNanoseconds
        return Place(
          virtualReadiness: first.readyAt.nanoseconds - worth,
          number: first.number,
          line: line
        )
      }
      examined += 1
      _ = lines[line].entries.popMin()
    }
    return nil
  }

  /// Puts a line that stands nowhere among those that may be able to start.
  mutating func stand(_ line: Int) {
    guard let place = place(of: line) else { return discard(line) }
    lines[line].standing = .ready(standingFor: nil)
    lanes[lines[line].needs.lane].ready.push(place)
  }

  private mutating func restand(_ line: Int) {
    guard let place = place(of: line) else { return }
    let lane = lines[line].needs.lane
    switch lines[line].standing {
    case .empty: break
    case .ready(let condition):
      lanes[lane].ready.removeAll { $0.line == line }
      lanes[lane].ready.push(place)
      guard let condition else { break }
      // It may have moved behind those that it stood for: the first of them tries for itself.
      lines[line].standing = .ready(standingFor: nil)
      lanes[lane].represented[condition] = nil
      unpark(condition, in: lane)
    case .parked(let condition):
      lanes[lane].parked[condition]?.removeAll { $0.line == line }
      lanes[lane].parked[condition]?.push(place)
      // The line that stands for those parked may not be the first of them any more; both may try.
      if lanes[lane].represented[condition] != nil { unpark(condition, in: lane) }
    }
  }

  /// Lets a line that nothing was left in have its turn again: nobody knows what its first step lacks.
  private mutating func revive(_ line: Int) {
    guard case .parked(let condition) = lines[line].standing, let place = place(of: line) else {
      return restand(line)
    }
    let lane = lines[line].needs.lane
    lanes[lane].parked[condition]?.removeAll { $0.line == line }
    if lanes[lane].parked[condition]?.isEmpty == true { lanes[lane].parked[condition] = nil }
    lines[line].standing = .ready(standingFor: nil)
    lanes[lane].ready.push(place)
  }

  private mutating func forgetShortageIfEmpty(_ line: Int) {
    guard lines[line].isShort, lines[line].isEmpty else { return }
    lines[line].isShort = false
    forgetShortage(lines[line].needs)
  }

  mutating func forgetShortLoner(of location: Int) {
    guard let loner = locations[location].shortLoner else { return }
    locations[location].shortLoner = nil
    forgetShortage(loner.needs)
  }

  mutating func discard(_ line: Int) {
    lineIndices[lines[line].demand] = nil
    lines[line].standing = .empty
    lines[line].withdrawn = []
    freeLines.append(line)
  }
}
