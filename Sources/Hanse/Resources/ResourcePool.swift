import HanseModel
import HanseSystem

/// The open resources of one process.
package final class ResourcePool: Sendable {
  private struct Entry: Sendable {
    var typeName: String
    var opening: Task<any Sendable, any Error>
    /// The number of the opening, which tells a later one from this.
    var number: Int
    var close: @Sendable (any Sendable) async throws -> Void
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// The names of what has been opened, in that order.
    var opened: [String] = []
    var openings = 0
    var isClosed = false
  }

  private let environment: Environment
  private let overrides: [String: any Sendable]
  private let state = Monitor(State())

  init(environment: Environment, overrides: [ResourceOverride]) {
    self.environment = environment
    self.overrides = Dictionary(overrides.map { ($0.name, $0.value) }) { _, last in last }
  }

  /// The resource's value, opened by the first who asks.
  func value<Value>(of resource: Resource<Value>) async throws -> Value {
    if let override = overrides[resource.name] {
      return try cast(override, resource: resource)
    }
    let entry = try state.withLock { state in try self.entry(for: resource, in: &state) }
    let opened: any Sendable
    do {
      opened = try await Waiting.value(of: entry.opening)
    } catch let error as CancellationError where Task.isCancelled {
      throw error
    } catch {
      // A failed opening is tried again by the next who asks, whatever error it failed with.
      forget(resource.name, number: entry.number)
      let reason = "could not be opened: \(ErrorText.describe(error))"
      throw ResourceError(resource: resource.name, reason: reason)
    }
    return try cast(opened, resource: resource)
  }

  /// Closes what is open, the latest opened first; nothing is opened afterwards.
  ///
  /// What is still being opened is canceled, and closed too if that ends within the grace.
  ///
  /// - Parameter grace: How long an opening may take to notice.
  /// - Returns: What went wrong, for a log; a failed closing does not stop the others.
  @discardableResult
  func closeAll(grace: Duration = .seconds(5)) async -> [ResourceError] {
    let entries = state.withLock { state in
      state.isClosed = true
      let entries = state.entries
      state.entries = [:]
      return entries
    }
    let opened = state.withLock { $0.opened }.reversed().filter { entries[$0] != nil }
    let opening = Set(entries.keys).subtracting(opened).sorted()
    for name in opening { entries[name]?.opening.cancel() }
    var errors: [ResourceError] = []
    for name in opened {
      if let entry = entries[name], let error = await close(entry, name) { errors.append(error) }
    }
    for name in opening {
      guard let entry = entries[name] else { continue }
      if await !Waiting.hasEnded(entry.opening, within: grace) {
        let reason = "was still being opened \(grace.briefDescription) after it was to be closed"
        errors.append(ResourceError(resource: name, reason: reason))
      } else if case .success = await entry.opening.result,
        let error = await close(entry, name)
      {
        errors.append(error)
      }
    }
    return errors
  }

  private func close(_ entry: Entry, _ name: String) async -> ResourceError? {
    do {
      try await entry.close(try await entry.opening.value)
      return nil
    } catch {
      let reason = "could not be closed: \(ErrorText.describe(error))"
      return ResourceError(resource: name, reason: reason)
    }
  }

  private func entry<Value>(for resource: Resource<Value>, in state: inout State) throws -> Entry {
    guard !state.isClosed else {
      throw ResourceError(
        resource: resource.name,
        reason: "cannot be opened: the location is shutting down"
      )
    }
    if let entry = state.entries[resource.name] { return entry }
    state.openings += 1
    let number = state.openings
    let entry = Entry(
      typeName: TypeName.of(Value.self),
      // A task of its own: whoever asked first may be cancelled while others still wait.
      opening: Task.detached { [environment] in
        let value = try await resource.open(environment)
        self.state.withLock { $0.opened.append(resource.name) }
        return value
      },
      number: number,
      close: { value in
        if let value = value as? Value { try await resource.close(value) }
      }
    )
    state.entries[resource.name] = entry
    return entry
  }

  private func forget(_ name: String, number: Int) {
    state.withLock { state in
      if state.entries[name]?.number == number { state.entries[name] = nil }
    }
  }

  private func cast<Value>(
    _ value: any Sendable,
    resource: Resource<Value>
  ) throws(ResourceError) -> Value {
    guard let value = value as? Value else {
      throw ResourceError(
        resource: resource.name,
        reason: "is a \(type(of: value)), but is used as a \(Value.self);"
          + " give the two resources different names"
      )
    }
    return value
  }
}
