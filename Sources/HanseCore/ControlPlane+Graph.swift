import HanseGraph
import HanseModel

/// When the locations' definitions are merged into the one graph.
extension ControlPlane {
  /// What is being merged, and what has to be.
  struct Merging: Sendable {
    fileprivate var isBusy = false
    fileprivate var isNeeded = false
    /// While many locations load, merging must not take all the time there is.
    fileprivate var notBefore: HostInstant?
    /// Locations that serve and are not in the graph yet, by the process that does.
    var awaiting: [LocationName: Generation] = [:]
    /// Those of them that the merge under way brings into it.
    fileprivate var arriving: [LocationName: Generation] = [:]

    var isUnderway: Bool { isBusy || isNeeded }
  }

  mutating func requestMerge() {
    merging.isNeeded = true
    if !merging.isBusy { wakeUp(for: .merge, at: merging.start(after: moment.now)) }
  }

  mutating func beginMerge() {
    guard merging.isNeeded, !merging.isBusy, merging.start(after: moment.now) <= moment.now
    else { return }
    merging.isNeeded = false
    merging.isBusy = true
    merging.arriving = merging.awaiting
    merging.awaiting = [:]
    let inputs = order.compactMap { name -> LocationInput? in
      guard let location = locations[name] else { return nil }
      return LocationInput(
        name: name,
        definitions: location.loaded?.definitions ?? LocationDefinitions(),
        owns: location.settings.owns,
        generation: location.loadedGeneration,
        isStale: location.isStale
      )
    }
    emit(.merge(inputs, previous: graph))
  }

  mutating func merged(_ newGraph: AssetGraph, _ found: [Diagnostic], _ took: Duration) {
    merging.isBusy = false
    merging.notBefore = moment.now + took
    graph = newGraph
    diagnostics = found
    graphVersion += 1
    emit(.publish)
    if merging.isNeeded { wakeUp(for: .merge, at: merging.start(after: moment.now)) }
    let arrived = merging.arriving
    merging.arriving = [:]
    for name in order where !isStopping {
      guard let generation = arrived[name], isRunning(name, generation) else { continue }
      perform(runs.locationIsServing(name, generation, moment))
    }
  }
}

extension ControlPlane.Merging {
  fileprivate func start(after now: HostInstant) -> HostInstant { max(notBefore ?? now, now) }
}
