public import HanseModel
import HanseSystem

/// Makes assets in this process, without a host: for unit tests and for a laptop.
///
/// ```swift
/// let result = try await materialize(
///   Climate().definitions,
///   selection: "climate/daily",
///   values: [.given(hourly, readings)]
/// )
/// #expect(result.succeeded)
/// #expect(try await result.value(of: daily).count == 365)
/// ```
///
/// Order, retries, timeouts and checks are those of a real run: what is behind a failed step or a
/// failed blocking check is skipped. A timeout cancels the body and waits for it to end.
///
/// - Parameters:
///   - component: The definitions, a whole location, or a single asset.
///   - selection: Which assets, in the language of `hanse materialize`. Assets with a given value
///     are not made.
///   - partition: The partition to make.
///   - config: Configuration by asset key or operation name.
///   - resources: Values in the place of resources: `database.replaced(with: fake)`.
///   - io: Where values are kept.
///   - environment: The environment variables that resources and bodies see.
///   - values: Values that are there before: `.given(hourly, [...])`.
///   - concurrentSteps: How many steps run at once.
///   - pause: Waits between a failure and the next try. By default it does not, so that tests with
///     retries are fast; pass `{ try await Task.sleep(for: $0) }` for real delays.
///   - onEvent: Told each event as it happens, in order. It must not wait.
/// - Returns: What became of each step.
/// - Throws: ``MaterializeError`` when nothing can be run: wrong definitions, a wrong selection, a
///   storage that cannot be made. A step that fails is no error, but a part of the result.
public func materialize(
  _ component: some DefinitionComponent,
  selection: String = "*",
  partition: PartitionKey? = nil,
  config: [String: JSONValue] = [:],
  resources: [ResourceOverride] = [],
  io: IOChoice = .memory,
  environment: Environment = .process,
  values: [GivenValue] = [],
  concurrentSteps: Int = 8,
  pause: @escaping @Sendable (Duration) async throws -> Void = { _ in },
  onEvent: @escaping @Sendable (Event) -> Void = { _ in }
) async throws -> MaterializeResult {
  let definitions = component.definitions
  if let partition, let problem = partition.problem {
    throw MaterializeError([
      "partition \"\(partition.text.visibleLine)\" cannot be a partition's key: \(problem)"
    ])
  }
  let request = RunRequest(
    selection: selection,
    partition: partition,
    config: config,
    trigger: "in-process"
  )
  let plan = try InProcessPlan.make(definitions, request, given: Set(values.map(\.key)))
  let manager: any IOManager
  do {
    manager = try await io.make(definitions, environment)
  } catch {
    throw MaterializeError([ErrorText.describe(error)])
  }
  let runtime = LocationRuntime(
    definitions: definitions,
    environment: environment,
    io: manager,
    resources: resources
  )
  let recorder = RunRecorder(onEvent: onEvent)
  for value in values { recorder.note(value.key, try await value.store(manager)) }
  let run = InProcessRun(
    runtime: runtime,
    recorder: recorder,
    request: request,
    plan: plan,
    concurrentSteps: max(1, concurrentSteps),
    pause: pause
  )
  let (status, steps) = await run.run()
  let closing = await runtime.closeResources()
  return MaterializeResult(
    runID: recorder.runID,
    status: status,
    steps: steps,
    events: recorder.events,
    resourceErrors: closing,
    partition: partition,
    io: manager
  )
}

/// Why an in-process run could not begin.
public struct MaterializeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence for each thing that is wrong.
  public var problems: [String]

  public init(_ problems: [String]) { self.problems = problems }

  public var description: String { problems.joined(separator: "\n") }
}
