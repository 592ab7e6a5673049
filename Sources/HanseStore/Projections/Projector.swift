internal import HanseModel

/// Keeps the projections in step with the events of one transaction.
///
/// It folds in memory and writes each row once, when the transaction ends: a step that starts,
/// materializes and succeeds within one group commit costs one update. Call ``flush()`` before the
/// commit, and throw the projector away when the transaction fails.
final class Projector {
  private struct StepID: Hashable {
    var run: RunID
    var key: StepKey
  }

  private struct AssetPartition: Hashable {
    var asset: AssetKey
    var partition: PartitionKey?
  }

  private struct CheckID: Hashable {
    var asset: AssetKey
    var name: String
  }

  private struct Kept<State> {
    var state: State
    var isChanged = false
  }

  private let database: Database
  private var runs: [RunID: Kept<RunState>] = [:]
  private var steps: [StepID: Kept<StepState>] = [:]
  private var materializations: [AssetPartition: Int64] = [:]
  private var assets: [AssetKey: PartitionKey?] = [:]
  private var checks: [CheckID: Int64] = [:]
  private var generations: [LocationName: Generation] = [:]

  init(_ database: Database) { self.database = database }

  func apply(_ record: EventRecord, sequence: Int64) throws(EventLogError) {
    if let location = record.location, let generation = record.generation {
      generations[location] = max(generation, generations[location] ?? generation)
    }
    switch record.payload {
    case .runCreated(let creation):
      try create(creation, record, sequence)
    case .runStarted, .runCanceling, .runFinished:
      try applyToRun(record)
    case .stepStarted, .stepSucceeded, .stepFailed, .stepSkipped, .stepCanceled:
      try applyToStep(record)
    case .materialized(let materialization):
      let partition = materialization.partition ?? record.partition
      materializations[AssetPartition(asset: materialization.asset, partition: partition)] =
        sequence
      assets[materialization.asset] = .some(partition)
    case .checked(let result):
      checks[CheckID(asset: result.asset, name: result.name)] = sequence
    case .hostStarted, .hostStopped, .locationStarting, .locationLoaded, .locationExited,
      .locationFailed, .observed, .logged, .eventsDropped, .unknown:
      break
    }
  }

  /// Writes what changed, and forgets it.
  func flush() throws(EventLogError) {
    for (id, kept) in steps where kept.isChanged {
      try database.updateStep(run: id.run, key: id.key, kept.state)
    }
    for kept in runs.values where kept.isChanged {
      try database.updateRun(kept.state)
    }
    for (id, sequence) in materializations {
      try database.setMaterialization(
        asset: id.asset,
        partition: id.partition,
        sequence: sequence
      )
    }
    for (asset, partition) in assets { try database.setLatestPartition(of: asset, partition) }
    for (id, sequence) in checks {
      try database.setCheck(asset: id.asset, name: id.name, sequence: sequence)
    }
    for (location, generation) in generations {
      try database.setGeneration(of: location, generation)
    }
    forget()
  }

  private func forget() {
    runs.removeAll(keepingCapacity: true)
    steps.removeAll(keepingCapacity: true)
    materializations.removeAll(keepingCapacity: true)
    assets.removeAll(keepingCapacity: true)
    checks.removeAll(keepingCapacity: true)
    generations.removeAll(keepingCapacity: true)
  }

  // MARK: Runs and steps

  private func create(
    _ creation: EventPayload.RunCreation,
    _ record: EventRecord,
    _ sequence: Int64
  ) throws(EventLogError) {
    // A second creation of one run says nothing: the first plan is the one in force.
    guard let id = record.run, try run(id) == nil else { return }
    var inserted = 0
    for (position, step) in creation.plan.steps.enumerated()
    where try database.insertStep(run: id, position: position, step) {
      inserted += 1
    }
    let state = RunState(created: sequence, at: record.time, steps: inserted)
    try database.insertRun(id, creation.request, state)
    runs[id] = Kept(state: state)
  }

  private func applyToRun(_ record: EventRecord) throws(EventLogError) {
    guard let id = record.run, var state = try run(id), state.apply(record) else { return }
    runs[id] = Kept(state: state, isChanged: true)
  }

  private func applyToStep(_ record: EventRecord) throws(EventLogError) {
    guard let run = record.run, let key = record.step else { return }
    let id = StepID(run: run, key: key)
    guard var state = try step(id) else { return }
    let old = state.status
    guard state.apply(record) else { return }
    steps[id] = Kept(state: state, isChanged: true)
    if old != state.status, var runState = try self.run(run) {
      runState.moveStep(from: old, to: state.status)
      runs[run] = Kept(state: runState, isChanged: true)
    }
  }

  private func run(_ id: RunID) throws(EventLogError) -> RunState? {
    if let kept = runs[id] { return kept.state }
    // What is not there is not remembered: the next event may create it.
    guard let row = try database.run(id) else { return nil }
    let state = RunState(row)
    runs[id] = Kept(state: state)
    return state
  }

  private func step(_ id: StepID) throws(EventLogError) -> StepState? {
    if let kept = steps[id] { return kept.state }
    guard let state = try database.stepState(run: id.run, key: id.key) else { return nil }
    steps[id] = Kept(state: state)
    return state
  }
}
