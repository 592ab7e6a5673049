package import HanseGraph
import HanseModel

/// When the locations' definitions are merged into the one graph.
extension ControlPlane {
  /// What is being merged, and what has to be.
  struct Merging: Sendable {
    fileprivate var isBusy = false
    fileprivate var isNeeded = false
    /// When the last merge ended, and how long it took.
    fileprivate var last: (end: HostInstant, took: Duration)?
    /// Locations that serve and are not in the graph yet, by the process that does.
    var awaiting: [LocationName: Generation] = [:]
    /// Those of them that the merge under way brings into it.
    fileprivate var arriving: [LocationName: Generation] = [:]

    /// The processes whose definitions the merge under way was given.
    fileprivate var included: [LocationName: Generation] = [:]

    /// Those of these that are to take over from one that serves.
    fileprivate var tried: [LocationName: Generation] = [:]

    /// Whether all locations had their say about who owns a key; whoever does then keeps it.
    fileprivate var hasOwners = false

    var isUnderway: Bool { isBusy || isNeeded }
  }

  /// What every location defines, as far as it is known, in the order of the workspace.
  package var definitionsServed: [LocationInput] {
    order.compactMap { name in
      locations[name].map { location in
        LocationInput(
          name: name,
          definitions: location.loaded?.definitions ?? LocationDefinitions(),
          owns: location.settings.owns,
          generation: location.loadedGeneration,
          isStale: location.isStale,
          isLoaded: location.loaded != nil
        )
      }
    }
  }

  /// Lets a process that has loaded wait for its place in the graph: its steps wait until what they
  /// read from is there.
  ///
  /// Only one of a location comes into it with a merge. One that is to take over comes before the one
  /// that serves, whichever loaded first, and whichever was started first.
  mutating func awaitPlace(of name: LocationName, _ generation: Generation) {
    func isToTakeOver(_ generation: Generation) -> Bool {
      locations[name]?.pending[generation] != nil
    }
    if let other = merging.awaiting[name], isRunning(name, other) {
      let isSame = isToTakeOver(other) == isToTakeOver(generation)
      if isSame ? other > generation : isToTakeOver(other) { return }
    }
    merging.awaiting[name] = generation
  }

  mutating func requestMerge() {
    merging.isNeeded = true
    if !merging.isBusy { wakeUp(for: .merge, at: mergeStart) }
  }

  mutating func beginMerge() {
    guard merging.isNeeded, !merging.isBusy else { return }
    // What began to load since the timer was set may have moved the time on.
    guard mergeStart <= moment.now else { return wakeUp(for: .merge, at: mergeStart) }
    merging.isNeeded = false
    merging.isBusy = true
    merging.arriving = merging.awaiting
    merging.awaiting = [:]
    merging.tried = merging.arriving.filter { locations[$0.key]?.pending[$0.value] != nil }
    let inputs = order.compactMap { name -> LocationInput? in
      guard let location = locations[name] else { return nil }
      // What is about to take over comes into the graph before it does, so that there is no gap.
      let pending = merging.arriving[name].flatMap { generation in
        location.pending[generation].map { (generation, $0) }
      }
      return LocationInput(
        name: name,
        definitions: (pending?.1 ?? location.loaded)?.definitions ?? LocationDefinitions(),
        owns: location.settings.owns,
        generation: pending?.0 ?? location.loadedGeneration,
        isStale: pending == nil && location.isStale,
        isLoaded: pending != nil || location.loaded != nil
      )
    }
    merging.included = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.generation) })
    // Which of them is quicker to load must not decide: while a host starts, their order does.
    emit(.merge(inputs, previous: merging.hasOwners ? graph : .empty))
    if !isLoading { merging.hasOwners = true }
  }

  mutating func merged(_ newGraph: AssetGraph, _ found: [Diagnostic], _ took: Duration) {
    merging.isBusy = false
    merging.last = (moment.now, took)
    let arrived = merging.arriving
    merging.arriving = [:]
    if !isStopping, merging.tried.contains(where: { !isRunning($0.key, $0.value) }) {
      // What was to take over is gone meanwhile: with its definitions the graph would be wrong.
      for (name, generation) in arrived where isRunning(name, generation) {
        awaitPlace(of: name, generation)
      }
      return requestMerge()
    }
    graph = newGraph
    diagnostics = found
    graphVersion += 1
    emit(.publish)
    if merging.isNeeded { wakeUp(for: .merge, at: mergeStart) }
    for name in order where !isStopping {
      guard let generation = arrived[name], isRunning(name, generation) else {
        serveBeside(name)
        continue
      }
      drive(name, .merged(generation))
      perform(runs.locationIsServing(name, generation, moment))
    }
  }

  /// Lets a process serve that waited for its place in the graph while another was to take over, and
  /// that other is gone.
  private mutating func serveBeside(_ name: LocationName) {
    guard let machine = locations[name]?.machine, machine.state == .running,
      merging.included[name] == machine.generation, !runs.isServing(name, machine.generation)
    else { return }
    perform(runs.locationIsServing(name, machine.generation, moment))
  }

  /// When the next merge may begin.
  ///
  /// While locations load, merging gets a fifth of the time, which is theirs; when the last one has
  /// loaded there is nothing to wait for.
  private var mergeStart: HostInstant {
    guard let last = merging.last, isLoading else { return moment.now }
    return max(moment.now, last.end + last.took * 4)
  }

  /// Whether a location is about to serve its definitions.
  private var isLoading: Bool {
    locations.rows.contains { location in
      switch location.machine.state {
      case .starting, .loading: location.failures == 0
      case .disabled, .stopped, .running, .backingOff, .quarantined, .draining, .ending: false
      }
    }
  }
}
