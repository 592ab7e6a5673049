import HanseModel
import HanseSystem
import HanseWire

/// The event log of one in-process run, and what its steps may know of their upstreams.
final class RunRecorder: Sendable {
  private struct State {
    var events: [Event] = []
    var latest: [AssetKey: MaterializationRecord] = [:]
  }

  let runID = RunID(random: Random.uint64())
  private let state = Monitor(State())
  private let onEvent: @Sendable (Event) -> Void

  init(onEvent: @escaping @Sendable (Event) -> Void) { self.onEvent = onEvent }

  var events: [Event] { state.withLock { $0.events } }

  /// The latest materializations of some assets, as far as this run knows.
  func records(of keys: [AssetKey]) -> [MaterializationRecord] {
    state.withLock { state in keys.compactMap { state.latest[$0] } }
  }

  func record(
    _ payload: EventPayload,
    step: StepKey? = nil,
    attempt: Int? = nil,
    partition: PartitionKey? = nil
  ) {
    state.withLock { state in
      let event = Event(
        sequence: Int64(state.events.count + 1),
        record: EventRecord(
          time: RunRecorder.now,
          location: step == nil ? nil : InProcessPlan.location,
          run: runID,
          step: step,
          attempt: attempt,
          partition: partition,
          payload: payload
        )
      )
      state.events.append(event)
      if case .materialized(let made) = payload { state.latest[made.asset] = record(made, event) }
      onEvent(event)
    }
  }

  /// Records what an attempt told; progress is passing, and not kept.
  func hear(_ event: StepEvent, step: StepKey, attempt: Int, partition: PartitionKey?) {
    switch event {
    case .materialized(let value):
      record(.materialized(value), step: step, attempt: attempt, partition: partition)
    case .observed(let value):
      record(.observed(value), step: step, attempt: attempt, partition: partition)
    case .checked(let value):
      record(.checked(value), step: step, attempt: attempt, partition: partition)
    case .logged(let value):
      record(.logged(value), step: step, attempt: attempt, partition: partition)
    case .progress, .unknown: break
    }
  }

  /// Notes a value that was there before the run.
  func note(_ key: AssetKey, _ stored: StoredValue) {
    state.withLock { state in
      state.latest[key] = MaterializationRecord(
        asset: key,
        sequence: 0,
        time: RunRecorder.now,
        run: runID,
        dataVersion: stored.dataVersion,
        metadata: stored.metadata
      )
    }
  }

  private func record(_ made: Materialization, _ event: Event) -> MaterializationRecord {
    MaterializationRecord(
      asset: made.asset,
      partition: made.partition,
      sequence: event.sequence,
      time: event.record.time,
      run: runID,
      codeVersion: made.codeVersion,
      dataVersion: made.dataVersion,
      metadata: made.metadata
    )
  }

  private static var now: Timestamp {
    Timestamp(milliseconds: WallClock.millisecondsSince1970())
  }
}
