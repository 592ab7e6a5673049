package import HanseModel

/// All limits that steps are subject to: what the workspace file says, and what people ordered.
///
/// An order holds over the file's value, also over one that the file is given later, until it is
/// reset. An order for something that the file does not have (any more) waits until it does.
package struct LimitBook: Sendable {
  package static let defaultWaitingSteps = 100_000

  /// What the workspace file says of limits.
  package struct File: Hashable, Sendable {
    package var concurrentSteps: Int
    package var concurrentRuns: Int
    package var queues: [String: Dispatcher.QueueSettings]
    package var pools: [String: Dispatcher.PoolSettings]
    package var tagLimits: [Dispatcher.TagLimit]
    package var locations: [LocationName: LocationFile]

    package init(
      concurrentSteps: Int,
      concurrentRuns: Int = 100,
      queues: [String: Dispatcher.QueueSettings] = [:],
      pools: [String: Dispatcher.PoolSettings] = [:],
      tagLimits: [Dispatcher.TagLimit] = [],
      locations: [LocationName: LocationFile] = [:]
    ) {
      self.concurrentSteps = concurrentSteps
      self.concurrentRuns = concurrentRuns
      self.queues = queues
      self.pools = pools
      self.tagLimits = tagLimits
      self.locations = locations
    }
  }

  package struct LocationFile: Hashable, Sendable {
    package var settings: Dispatcher.LocationSettings
    /// What its steps wait in, where a run names no queue.
    package var queue: String
    /// How many of its steps may wait.
    package var waitingSteps: Int

    package init(
      _ settings: Dispatcher.LocationSettings,
      queue: String = Dispatcher.defaultQueue,
      waitingSteps: Int = LimitBook.defaultWaitingSteps
    ) {
      self.settings = settings
      self.queue = queue
      self.waitingSteps = waitingSteps
    }
  }

  package internal(set) var file: File
  package internal(set) var orders = LimitOrders()

  package init(_ file: File) { self.file = file }

  // MARK: What holds

  package var concurrentSteps: Int {
    orders[.workspace].concurrentSteps?.value ?? file.concurrentSteps
  }

  package var concurrentRuns: Int { orders[.workspace].concurrentRuns ?? file.concurrentRuns }

  package func queue(_ name: String) -> Dispatcher.QueueSettings {
    var settings = file.queues[name] ?? Dispatcher.QueueSettings()
    let order = orders[.queue(name)]
    if let ordered = order.concurrentSteps { settings.concurrentSteps = ordered.value }
    if let weight = order.weight { settings.weight = weight }
    if let rate = order.rate { settings.rate = rate.value }
    settings.isPaused = order.isPaused
    return settings
  }

  package func pool(_ name: String) -> Dispatcher.PoolSettings {
    var settings = file.pools[name] ?? Dispatcher.PoolSettings(units: .max)
    let order = orders[.pool(name)]
    if let units = order.units { settings.units = units }
    if let rate = order.rate { settings.rate = rate.value }
    settings.isPaused = order.isPaused
    return settings
  }

  /// Its limits besides ``waitingSteps(of:)``; nil for a location that the file does not have.
  package func location(_ name: LocationName) -> Dispatcher.LocationSettings? {
    guard var settings = file.locations[name]?.settings else { return nil }
    let order = orders[.location(name)]
    if let steps = order.concurrentSteps?.value { settings.concurrentSteps = steps }
    if let weight = order.weight { settings.weight = weight }
    if let rate = order.rate { settings.rate = rate.value }
    settings.isPaused = order.isPaused
    return settings
  }

  /// How many steps of a location may wait.
  package func waitingSteps(of name: LocationName) -> Int {
    orders[.location(name)].waitingSteps ?? file.locations[name]?.waitingSteps
      ?? Self.defaultWaitingSteps
  }

  /// The queues that runs may name, in order.
  package var queueNames: [String] {
    Set(file.queues.keys).union([Dispatcher.defaultQueue]).sorted()
  }
}
