import HanseHost
public import HanseModel
import HanseSystem

/// One location of a ``TestHost``.
public struct TestLocation: Hashable, Sendable {
  public var name: LocationName
  /// The path of its program.
  public var executable: String
  public var arguments: [String]
  /// What its environment has beside PATH and HOME.
  public var environment: [String: String]

  /// A location of a program.
  public init(
    _ name: LocationName,
    executable: String,
    arguments: [String] = [],
    environment: [String: String] = [:]
  ) {
    self.name = name
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// A location that misbehaves, by the program `chaos-location`.
  ///
  /// - Parameters:
  ///   - name: Its name, and the first segment of its keys: `NAME/steady`, `NAME/next`,
  ///     `NAME/faulty`.
  ///   - fault: What is wrong, as `chaos-location --list` names it; nil for nothing.
  ///   - program: The path of `chaos-location`; without it, the one beside the running program.
  ///   - options: Further options, such as `["--after", "2"]`.
  /// - Returns: The location.
  /// - Throws: When there is no `chaos-location`.
  public static func chaotic(
    _ name: LocationName,
    fault: String? = nil,
    program: String? = nil,
    options: [String] = []
  ) throws -> TestLocation {
    let chosen = fault.map { ["--fault", $0] } ?? []
    return TestLocation(
      name,
      executable: try program ?? ChaosProgram.path(),
      arguments: ["--name", name.text] + chosen + options,
      environment: ["SWIFT_BACKTRACE": "enable=no"]
    )
  }
}

/// A real host on a temporary workspace, for tests of how locations get on with one another.
///
/// ```swift
/// let locations: [TestLocation] = [
///   TestLocation("climate", executable: ".build/debug/climate"),
///   try .chaotic("neighbour", fault: "crash-in-step"),
/// ]
/// try await TestHost.run(locations) { host in
///   try await host.wait(until: "climate", is: .running)
///   let run = try await host.materialize("climate/daily")
///   #expect(run.status == .succeeded)
/// }
/// ```
///
/// ``run(_:_:)`` stops the host also where the test throws. Who starts one with ``init(_:)`` calls
/// ``stop()``, or leaves its processes and its directory behind.
///
/// Nothing sleeps: each wait ends with the state or the event that it is for, or throws after a
/// limit of 60 seconds.
public final class TestHost: Sendable {
  /// Where a location is in its life.
  public enum State: String, Hashable, Sendable, CaseIterable {
    case disabled, stopped, starting, loading, running
    case backingOff = "backing-off"
    case quarantined, draining, invalid
  }

  /// How a run went.
  public struct Run: Sendable {
    public var id: RunID
    public var status: RunStatus
    public var message: String?
    /// The failed attempts of all its steps, in order.
    public var failures: [StepFailure]
  }

  private let scratch: ScratchHost
  package let directory: String

  /// Runs a test with a host, and stops the host when the test returns or throws.
  ///
  /// - Parameters:
  ///   - locations: They start beside each other, and none is waited for.
  ///   - test: What is done with the host.
  /// - Returns: What the test returns.
  /// - Throws: What the test throws; else why the host does not start or stop.
  public static func run<Value: Sendable>(
    _ locations: [TestLocation],
    _ test: (TestHost) async throws -> Value
  ) async throws -> Value {
    let host = try await TestHost(locations)
    let value: Value
    do {
      value = try await test(host)
    } catch {
      // Teardown: the test's own error says more than one of stopping would.
      try? await host.stop()
      throw error
    }
    try await host.stop()
    return value
  }

  /// Starts a host; its locations start beside each other, and none is waited for.
  public convenience init(_ locations: [TestLocation]) async throws {
    try await self.init(
      locations,
      directory: try Files.makeTemporaryDirectory(prefix: "hanse-test-")
    )
  }

  /// Starts a host in an empty directory, which is removed when the host stops or does not start.
  package init(_ locations: [TestLocation], directory: String) async throws {
    self.directory = directory
    do {
      scratch = try await Self.onThread {
        try ScratchHost(base: nil, locations: locations.map(\.entry), directory: directory)
      }
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
      try? Files.removeTree(directory)
      throw error
    }
  }

  /// Stops the host with its locations, and removes its directory.
  public func stop() async throws {
    let (scratch, directory) = (scratch, directory)
    try await Self.onThread {
      defer {
        // Teardown: what is left over lies in the temporary directory of the system.
        try? Files.removeTree(directory)
      }
      try scratch.stop()
    }
  }

  /// The state of a location now; nil when there is none of that name.
  public func state(of location: LocationName) -> State? {
    scratch.status(location).flatMap { State(rawValue: $0.state.rawValue) }
  }

  /// Counts the processes that the location has had.
  public func generation(of location: LocationName) -> Generation? {
    scratch.status(location)?.generation
  }

  /// Waits until a location is in a state.
  ///
  /// - Returns: Why it is not serving, where it is not.
  @discardableResult
  public func wait(until location: LocationName, is state: State) async throws -> String? {
    let scratch = scratch
    return try await Self.onThread {
      try scratch.wait(for: state.rawValue, of: location) { $0.state.rawValue == state.rawValue }
        .reason
    }
  }

  /// Waits until an event is in the log.
  @discardableResult
  public func wait(
    forEvent what: String,
    where fits: @escaping @Sendable (EventRecord) -> Bool
  ) async throws -> Event {
    let scratch = scratch
    return try await Self.onThread { try scratch.event(what, where: fits) }
  }

  /// Makes what a selection names, and waits for the end of the run.
  public func materialize(_ selection: String) async throws -> Run {
    let scratch = scratch
    let course = try await Self.onThread { try scratch.run(selection) }
    return Run(
      id: course.run,
      status: course.status,
      message: course.message,
      failures: course.failures
    )
  }

  /// Asks a location's process to leave, and starts another one.
  public func restart(_ location: LocationName) { scratch.host.restart(location) }

  /// Runs what blocks on a thread that may be blocked.
  private static func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try OSThread.start(name: "hanse-test") {
          continuation.resume(with: Result { try body() })
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}

extension TestLocation {
  /// Its entry in the scratch workspace.
  var entry: String {
    let variables = environment.sorted { $0.key < $1.key }
      .map { JSONValue.Member($0.key, .string($0.value)) }
    return JSONValue.object([
      .init("name", .string(name.text)),
      .init("executable", .string(executable)),
      .init("arguments", .array(arguments.map { .string($0) })),
      .init("environment", .object(variables)),
      .init("restart", ["initialDelay": "20ms", "maxDelay": "200ms"]),
    ]).text
  }
}
