import HanseModel

/// Keeps units together for steps that need several at once, and that others pass.
///
/// Units come back one by one. A step that needs several at once, of one pool or of several, could
/// wait for ever beside steps that take each one as it comes. So it is counted how often that
/// happens, and after ``patience`` times what comes back is kept for it.
extension Dispatcher {
  /// So often a step that has had its turn may be passed by others at its pools.
  package static let patience = 8

  /// So long units are kept that are all there and that nobody takes.
  ///
  /// Its location, its queue or a limit on its tags may be full of what never ends, and everybody
  /// else who needs the pool would wait for that.
  package static let keeping = Duration.seconds(60)

  /// Units of one pool.
  struct Share: Hashable, Sendable {
    var pool: Int
    var units: Int
  }

  /// What a step takes of pools, all at once.
  struct Bundle: Sendable {
    let shares: [Share]
    /// Whether a part of it can be free while the rest is not.
    let canBePassed: Bool
    /// Grants that took units of its pools while what was free was not enough for it.
    var passes = 0
    /// What ``passes`` was when something was kept for it last.
    var passesBefore = 0
    /// The lanes that have had a turn for a step of it, and lacked nothing but units; the one that
    /// has waited for longest first.
    var candidates: [Candidate] = []

    init(_ shares: [Share]) {
      self.shares = shares
      canBePassed = shares.reduce(0) { $0 + $1.units } > 1
    }

    /// How often a candidate has been passed; what came before the last reservation does not count,
    /// so that as many grants as ``Dispatcher/patience`` lie between two of them.
    func passes(of candidate: Candidate) -> Int {
      passes - max(candidate.passesBefore, passesBefore)
    }
  }

  struct Candidate: Sendable {
    var lane: Int
    /// The smaller, the longer it has waited.
    var number: UInt64
    /// The bundle's passes when it was found, or was served last.
    var passesBefore: Int
    /// Its lines, and steps that must be alone, that were found to lack units.
    var found = 1
  }

  /// The units that are kept, in all pools of a bundle, for the next step of a lane that needs it.
  struct Reservation: Hashable, Sendable {
    var bundle: Int
    var lane: Int
  }

  // MARK: Looks

  /// Whether all units of a bundle are free for a step.
  ///
  /// - Parameters:
  ///   - bundle: Which.
  ///   - lane: Where the step waits; nil for one that nothing is kept for.
  /// - Returns: Whether they are, without those that are kept for others.
  func hasUnits(_ bundle: Int, in lane: Int?) -> Bool {
    for share in bundles[bundle].shares {
      var free = pools[share.pool].settings.units - pools[share.pool].used
      if let keeper = pools[share.pool].keptFor, keeper.bundle != bundle || keeper.lane != lane {
        free -= pools[share.pool].kept
      }
      if free < share.units { return false }
    }
    return true
  }

  /// Whether so little is free that a step of this bundle could not start, whatever is kept.
  private func isShort(_ bundle: Int) -> Bool {
    bundles[bundle].shares.contains { share in
      pools[share.pool].settings.units - pools[share.pool].used < share.units
    }
  }

  /// Whether a step of a lane could start once it has its units and its turn: neither people nor the
  /// state of its location keep it from that.
  private func couldStart(_ bundle: Int, in lane: Int) -> Bool {
    let (queue, location) = (lanes[lane].queue, lanes[lane].location)
    guard locations[location].isReady, !locations[location].settings.isPaused,
      !locations[location].runsAlone, !queues[queue].settings.isPaused
    else { return false }
    if let needs = locations[location].alone.first?.needs {
      guard needs.lane == lane, needs.bundle == bundle else { return false }
    }
    return bundles[bundle].shares.allSatisfy { share in
      !pools[share.pool].settings.isPaused && pools[share.pool].settings.units >= share.units
    }
  }

  /// What would be kept for steps of a demand; nil where no step of it has ever waited.
  func reservation(for demand: Demand) -> Reservation? {
    guard let queue = queueIndices[demand.queue], let location = locationIndices[demand.location],
      let lane = locations[location].lanes.first(where: { lanes[$0].queue == queue })
    else { return nil }
    let shares = demand.pools.sorted { $0.key < $1.key }.filter { $0.value > 0 }.compactMap {
      name,
      units in poolIndices[name].map { Share(pool: $0, units: units) }
    }
    return bundleIndices[shares].map { Reservation(bundle: $0, lane: lane) }
  }

  // MARK: Notes

  /// Notes that steps of a demand have had their turn, and lacked nothing but units.
  mutating func noteShortage(_ needs: Needs) {
    guard let bundle = needs.bundle, bundles[bundle].canBePassed else { return }
    let index = bundles[bundle].candidates.firstIndex { $0.lane == needs.lane }
    if let index {
      bundles[bundle].candidates[index].found += 1
    } else {
      addCandidate(needs.lane, to: bundle, found: 1)
    }
    contested.insert(bundle)
  }

  /// Takes that back: none of them waits, or the first of them has started.
  mutating func forgetShortage(_ needs: Needs) {
    guard let bundle = needs.bundle,
      let index = bundles[bundle].candidates.firstIndex(where: { $0.lane == needs.lane })
    else { return }
    bundles[bundle].candidates[index].found -= 1
    guard bundles[bundle].candidates[index].found == 0 else { return }
    bundles[bundle].candidates.remove(at: index)
    if bundles[bundle].candidates.isEmpty { contested.remove(bundle) }
  }

  /// Notes a start: what was kept for it is taken, and whoever else waits there begins anew.
  mutating func noteStart(_ needs: Needs) {
    guard let bundle = needs.bundle, bundles[bundle].canBePassed else { return }
    let own = Reservation(bundle: bundle, lane: needs.lane)
    if reservations.contains(own) {
      bundles[bundle].passesBefore = bundles[bundle].passes
      remove(own)
    }
    putLast(own)
  }

  /// Puts a lane behind all others that need the same; it is to be passed as often again.
  private mutating func putLast(_ own: Reservation) {
    let bundle = own.bundle
    guard let index = bundles[bundle].candidates.firstIndex(where: { $0.lane == own.lane })
    else { return }
    let rest = bundles[bundle].candidates.remove(at: index)
    addCandidate(own.lane, to: bundle, found: rest.found)
  }

  private mutating func addCandidate(_ lane: Int, to bundle: Int, found: Int) {
    candidateCount += 1
    let passes = bundles[bundle].passes
    bundles[bundle].candidates.append(
      Candidate(lane: lane, number: candidateCount, passesBefore: passes, found: found)
    )
  }

  /// Notes whom a grant passes; to be called before it takes its units.
  mutating func notePasses(by needs: Needs) {
    guard !contested.isEmpty, !needs.pools.isEmpty else { return }
    for bundle in contested where isShort(bundle) {
      let isTouched = bundles[bundle].shares.contains { share in
        needs.pools.contains { $0.pool == share.pool }
      }
      if isTouched { bundles[bundle].passes += 1 }
    }
  }

  /// Begins anew, after what all steps need has changed.
  mutating func forgetAllShortages() {
    for reservation in reservations { remove(reservation) }
    for bundle in contested { bundles[bundle].candidates = [] }
    contested = []
    for location in locations.indices { locations[location].shortLoner = nil }
  }

  // MARK: Reservations

  /// Ends what is kept for steps that could not use it, and keeps units for those that were passed too
  /// often: the longest waiting first, and in a pool for one at a time.
  mutating func reviewReservations(at now: HostInstant) {
    for reservation in reservations {
      if !isWanted(reservation) {
        remove(reservation)
      } else if isLeftLying(reservation, at: now) {
        remove(reservation)
        // Another may have them, before it comes to be passed so often again.
        putLast(reservation)
      } else {
        continue
      }
      for share in bundles[reservation.bundle].shares {
        for bundle in pools[share.pool].bundles { wake(.units(bundle), at: now) }
      }
    }
    guard !contested.isEmpty else { return }
    var due: [(number: UInt64, reservation: Reservation)] = []
    for bundle in contested {
      if let first = firstDue(of: bundle) {
        due.append((first.number, Reservation(bundle: bundle, lane: first.lane)))
      }
    }
    guard !due.isEmpty else { return }
    var taken = Set(reservations.flatMap { bundles[$0.bundle].shares.map(\.pool) })
    for (_, reservation) in due.sorted(by: { $0.number < $1.number }) {
      let own = bundles[reservation.bundle].shares.map(\.pool)
      if taken.isDisjoint(with: own) { add(reservation, at: now) }
      // Those that came later may not go before it at any of its pools.
      taken.formUnion(own)
    }
  }

  private func isWanted(_ reservation: Reservation) -> Bool {
    bundles[reservation.bundle].candidates.contains { $0.lane == reservation.lane }
      && couldStart(reservation.bundle, in: reservation.lane)
  }

  /// Whether the units have all been there for so long that they are kept in vain.
  private mutating func isLeftLying(_ reservation: Reservation, at now: HostInstant) -> Bool {
    guard hasUnits(reservation.bundle, in: reservation.lane) else {
      completeSince[reservation] = nil
      return false
    }
    let since = completeSince[reservation] ?? now
    completeSince[reservation] = since
    let end = since + Self.keeping
    if now >= end { return true }
    if alarmed.insert(.keeping(reservation)).inserted {
      alarms.push(Alarm(time: end, gate: .keeping(reservation)))
    }
    return false
  }

  private func firstDue(of bundle: Int) -> Candidate? {
    // Who came later was passed no more often.
    guard let first = bundles[bundle].candidates.first,
      bundles[bundle].passes(of: first) >= Self.patience
    else { return nil }
    return bundles[bundle].candidates.first {
      bundles[bundle].passes(of: $0) >= Self.patience && couldStart(bundle, in: $0.lane)
    }
  }

  private mutating func add(_ reservation: Reservation, at now: HostInstant) {
    reservations.append(reservation)
    for share in bundles[reservation.bundle].shares {
      pools[share.pool].keptFor = reservation
      pools[share.pool].kept = share.units
    }
    wake(.units(reservation.bundle), at: now)
  }

  private mutating func remove(_ reservation: Reservation) {
    reservations.removeAll { $0 == reservation }
    completeSince[reservation] = nil
    for share in bundles[reservation.bundle].shares {
      pools[share.pool].keptFor = nil
      pools[share.pool].kept = 0
    }
  }

  // MARK: Names

  mutating func bundle(of shares: [Share]) -> Int? {
    guard !shares.isEmpty else { return nil }
    if let index = bundleIndices[shares] { return index }
    let index = bundles.count
    bundleIndices[shares] = index
    bundles.append(Bundle(shares))
    for share in shares { pools[share.pool].bundles.append(index) }
    return index
  }

  // MARK: Checks

  /// What does not agree with the lines; see ``recount()``.
  var reservationsAmiss: [String] {
    var counts: [Reservation: Int] = [:]
    for needs in lines.filter(\.isShort).map(\.needs) + locations.compactMap(\.shortLoner?.needs) {
      counts[Reservation(bundle: needs.bundle ?? -1, lane: needs.lane), default: 0] += 1
    }
    var found: [String] = []
    for (index, bundle) in bundles.enumerated() {
      for candidate in bundle.candidates {
        let own = Reservation(bundle: index, lane: candidate.lane)
        let count = counts.removeValue(forKey: own) ?? 0
        if count != candidate.found {
          found.append("steps that lack units: \(candidate.found) of \(count)")
        }
      }
    }
    if !counts.isEmpty { found.append("steps that lack units: \(counts.count) forgotten") }
    for (index, pool) in pools.enumerated() {
      let kept = reservations.flatMap { bundles[$0.bundle].shares }.filter { $0.pool == index }
      let count = kept.reduce(0) { $0 + $1.units }
      if count != pool.kept { found.append("pool \(pool.name): \(pool.kept) kept of \(count)") }
    }
    return found
  }
}
