internal import HanseModel

/// Keeps the projections in step with the events.
///
/// It folds in memory and writes each row once, when the transaction ends: a step that starts,
/// materializes and succeeds within one group commit costs one update. It remembers what is in
/// flight, so that the next transaction need not read it. Call ``flush()`` before each commit, and
/// throw the projector away when the transaction fails or another one wrote the projections.
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

  private final class Kept<State> {
    var state: State
    var isChanged = false

    init(_ state: State) { self.state = state }
  }

  /// The steps and runs remembered from one transaction to the next, at most.
  private static let rememberedLimit = 10_000

  private let database: Database
  private var runs: [RunID: Kept<RunState>] = [:]
  private var steps: [StepID: Kept<StepState>] = [:]
  /// In the order of their first change in this transaction.
  private var changedRuns: [RunID] = []
  private var changedSteps: [StepID] = []
  private var materializations: [AssetPartition: Int64] = [:]
  private var assets: [AssetKey: PartitionKey?] = [:]
  private var checks: [CheckID: Int64] = [:]
  private var generations: [LocationName: Generation] = [:]
  private var rates: [LimitTarget: Int64] = [:]

  init(_ database: Database) { self.database = database }

  func apply(_ record: EventRecord, sequence: Int64) throws(EventLogError) {
    if let location = record.location, let generation = record.generation {
      generations[location] = max(generation, generations[location] ?? generation)
    }
    switch record.payload {
    case .runCreated(let creation):
      try create(creation, record, sequence)
    case .runStarted, .runCanceling, .runRequeued, .runFinished:
      try applyToRun(record)
    case .stepStarted, .stepSucceeded, .stepFailed, .stepSkipped, .stepCanceled, .stepCoalesced:
      try applyToStep(record)
    case .materialized(let materialization):
      let partition = materialization.partition ?? record.partition
      materializations[AssetPartition(asset: materialization.asset, partition: partition)] =
        sequence
      assets[materialization.asset] = .some(partition)
    case .checked(let result):
      checks[CheckID(asset: result.asset, name: result.name)] = sequence
    case .ratesNoted(let note):
      for debt in note.debts { rates[debt.target] = sequence }
    case .hostStarted, .hostStopped, .locationStarting, .locationLoaded, .locationExited,
      .locationFailed, .locationSwapped, .locationSwapFailed, .locationPinned, .locationDisabled,
      .locationEnabled, .locationLeftProcesses, .workerStarting, .workerExited, .workerFailed,
      .reportsIgnored, .logLost, .limitsChanged, .limitsDrained, .observed,
      .stepCanceling, .stepCleared, .logged, .eventsDropped, .unknown:
      break
    }
  }

  /// Writes what changed, and forgets what is finished.
  func flush() throws(EventLogError) {
    for id in changedSteps {
      guard let kept = steps[id] else { continue }
      kept.isChanged = false
      try database.updateStep(run: id.run, key: id.key, kept.state)
      if kept.state.status.isFinished { steps[id] = nil }
    }
    for id in changedRuns {
      guard let kept = runs[id] else { continue }
      kept.isChanged = false
      try database.updateRun(kept.state)
      if kept.state.status.isFinished { runs[id] = nil }
    }
    try flushLatest()
    forget()
  }

  private func flushLatest() throws(EventLogError) {
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
    for (target, sequence) in rates { try database.setRate(target, sequence: sequence) }
  }

  private func forget() {
    changedSteps.removeAll(keepingCapacity: true)
    changedRuns.removeAll(keepingCapacity: true)
    materializations.removeAll(keepingCapacity: true)
    assets.removeAll(keepingCapacity: true)
    checks.removeAll(keepingCapacity: true)
    generations.removeAll(keepingCapacity: true)
    rates.removeAll(keepingCapacity: true)
    if steps.count > Self.rememberedLimit { steps.removeAll() }
    if runs.count > Self.rememberedLimit { runs.removeAll() }
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
      if steps.count < Self.rememberedLimit {
        steps[StepID(run: id, key: step.key)] = Kept(StepState())
      }
    }
    let state = RunState(
      created: sequence,
      at: record.time,
      steps: inserted,
      creation.request
    )
    try database.insertRun(id, creation.request, state)
    runs[id] = Kept(state)
  }

  private func applyToRun(_ record: EventRecord) throws(EventLogError) {
    guard let id = record.run, let run = try run(id), run.state.apply(record) else { return }
    noteChange(of: run, id)
  }

  private func applyToStep(_ record: EventRecord) throws(EventLogError) {
    guard let run = record.run, let key = record.step else { return }
    let id = StepID(run: run, key: key)
    guard let step = try step(id) else { return }
    let old = step.state.status
    guard step.state.apply(record) else { return }
    if !step.isChanged { changedSteps.append(id) }
    step.isChanged = true
    if old != step.state.status, let kept = try self.run(run) {
      kept.state.moveStep(from: old, to: step.state.status)
      noteChange(of: kept, run)
    }
  }

  private func noteChange(of run: Kept<RunState>, _ id: RunID) {
    if !run.isChanged { changedRuns.append(id) }
    run.isChanged = true
  }

  private func run(_ id: RunID) throws(EventLogError) -> Kept<RunState>? {
    if let kept = runs[id] { return kept }
    // What is not there is not remembered: the next event may create it.
    guard let row = try database.run(id) else { return nil }
    let kept = Kept(RunState(row))
    runs[id] = kept
    return kept
  }

  private func step(_ id: StepID) throws(EventLogError) -> Kept<StepState>? {
    if let kept = steps[id] { return kept }
    guard let state = try database.stepState(run: id.run, key: id.key) else { return nil }
    let kept = Kept(state)
    steps[id] = kept
    return kept
  }
}
