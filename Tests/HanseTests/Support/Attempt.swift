import Hanse
import HanseModel
import HanseSystem
import HanseWire

/// One attempt at one step, with all that it told.
struct Attempt {
  var outcome: StepOutcome
  var events: [StepEvent]

  var materializations: [Materialization] {
    events.compactMap { if case .materialized(let value) = $0 { value } else { nil } }
  }

  var checks: [CheckResult] {
    events.compactMap { if case .checked(let value) = $0 { value } else { nil } }
  }

  var logs: [LogRecord] {
    events.compactMap { if case .logged(let value) = $0 { value } else { nil } }
  }

  var failure: StepFailure? {
    if case .failed(let failure) = outcome { failure } else { nil }
  }
}

/// Keeps events in the order in which they are told.
final class Told<Element: Sendable>: Sendable {
  private let elements = Monitor<[Element]>([])

  func append(_ element: Element) { elements.withLock { $0.append(element) } }

  var all: [Element] { elements.withLock { $0 } }
}

extension LocationRuntime {
  convenience init(
    io: any IOManager = MemoryIO(),
    environment: Hanse.Environment = [:],
    resources: [ResourceOverride] = [],
    @DefinitionsBuilder _ content: () -> Definitions
  ) {
    self.init(
      definitions: Definitions(content),
      environment: environment,
      io: io,
      resources: resources
    )
  }

  /// Runs one attempt at an asset's step, or at a check's.
  func attempt(
    _ assets: AssetKey...,
    check: String? = nil,
    config: JSONValue? = nil
  ) async -> Attempt {
    await attempt(assets, check: check, config: config)
  }

  func attempt(
    _ assets: [AssetKey],
    check: String? = nil,
    config: JSONValue? = nil
  ) async -> Attempt {
    let step = StepKey(assets.first?.path ?? "")
    let request = StepRequest(
      attempt: AttemptID(run: "r1", step: step, attempt: 1, epoch: HostEpoch(1)),
      assets: assets,
      check: check,
      config: config,
      tags: ["team": "climate"]
    )
    let told = Told<StepEvent>()
    let outcome = await execute(request) { told.append($0) }
    return Attempt(outcome: outcome, events: told.all)
  }
}
