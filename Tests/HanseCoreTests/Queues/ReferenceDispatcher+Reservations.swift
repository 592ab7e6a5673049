import HanseCore
import HanseModel

/// The rules about steps that need several units at once, and are passed by others.
extension ReferenceDispatcher {
  private func free(_ pool: String) -> Int {
    let used = leases.values.reduce(0) { $0 + ($1.demand.pools[pool] ?? 0) }
    return (pools[pool]?.units ?? .max) - used
  }

  /// Whether the units are free that steps of a group take, and kept for nobody else.
  func hasUnits(_ group: Group) -> Bool {
    group.pools.allSatisfy { name, units in
      let others = kept.filter { $0 != group }.reduce(0) { $0 + ($1.pools[name] ?? 0) }
      return free(name) - others >= units
    }
  }

  mutating func noteShortage(_ step: Waiting) {
    guard step.demand.pools.values.reduce(0, +) > 1 else { return }
    if step.isAlone { shortLoners.insert(step.number) } else { short.insert(step.demand) }
    guard marks[step.group] == nil else { return }
    mark(step.group)
  }

  private mutating func mark(_ group: Group) {
    markCount += 1
    marks[group] = Mark(number: markCount, passes: passes[group.pools, default: 0])
  }

  private var shortGroups: Set<Group> {
    let lines = short.map {
      Group(lane: Lane(queue: $0.queue, location: $0.location), pools: $0.pools)
    }
    return Set(lines).union(waiting.filter { shortLoners.contains($0.number) }.map(\.group))
  }

  /// Leaves out what nobody waits with any more.
  mutating func forget() {
    let demands = Set(waiting.filter { !$0.isAlone }.map(\.demand))
    short.formIntersection(demands)
    shortLoners.formIntersection(waiting.map(\.number))
    let groups = shortGroups
    marks = marks.filter { groups.contains($0.key) }
  }

  /// Notes a start, before its units are taken.
  mutating func noteStart(_ step: Waiting) {
    for pools in Set(marks.keys.map(\.pools)) {
      let isTouched = pools.keys.contains { step.demand.pools[$0] != nil }
      if isTouched, pools.contains(where: { free($0.key) < $0.value }) {
        passes[pools, default: 0] += 1
      }
    }
    if step.isAlone { shortLoners.remove(step.number) } else { short.remove(step.demand) }
    let group = step.group
    if kept.contains(group) {
      unkeep(group)
      passesBefore[group.pools] = passes[group.pools, default: 0]
    }
    marks[group] = nil
    if shortGroups.contains(group) { mark(group) }
    forget()
  }

  private func couldStart(_ group: Group) -> Bool {
    let name = group.lane.location
    guard ready.contains(name), locations[name]?.isPaused != true,
      queues[group.lane.queue]?.isPaused != true,
      !leases.values.contains(where: { $0.isAlone && $0.demand.location == name })
    else { return false }
    if let alone = waiting.first(where: { $0.isAlone && $0.demand.location == name }),
      alone.group != group
    {
      return false
    }
    return group.pools.allSatisfy { name, units in
      pools[name].map { !$0.isPaused && $0.units >= units } ?? true
    }
  }

  private mutating func unkeep(_ group: Group) {
    kept.removeAll { $0 == group }
    complete[group] = nil
  }

  /// Looks anew for whom units are kept.
  mutating func review(at now: HostInstant) {
    for group in kept {
      if marks[group] == nil || !couldStart(group) {
        unkeep(group)
      } else if !hasUnits(group) {
        complete[group] = nil
      } else {
        let since = complete[group] ?? now
        complete[group] = since
        guard now - since >= Dispatcher.keeping else { continue }
        unkeep(group)
        mark(group)
      }
    }
    func isDue(_ group: Group, _ mark: Mark) -> Bool {
      let before = max(mark.passes, passesBefore[group.pools, default: 0])
      return passes[group.pools, default: 0] - before >= Dispatcher.patience && couldStart(group)
    }
    var taken = Set(kept.flatMap(\.pools.keys))
    var seen: Set<[String: Int]> = []
    for (group, _) in marks.filter(isDue).sorted(by: { $0.value.number < $1.value.number })
    where seen.insert(group.pools).inserted {
      if taken.isDisjoint(with: group.pools.keys) { kept.append(group) }
      taken.formUnion(group.pools.keys)
    }
  }
}
