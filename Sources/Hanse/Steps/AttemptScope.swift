import HanseModel
import HanseSystem
import HanseWire

/// One attempt at one step, as the body and what is around it see it.
final class AttemptScope: Sendable {
  let request: StepRequest
  let subject: Subject
  let environment: Environment
  let resources: ResourcePool
  private let io: any IOManager
  private let emit: @Sendable (StepEvent) -> Void
  private let state = Monitor(State())

  /// What the step makes or checks, and what messages call it.
  struct Subject: Sendable {
    var title: String
    var codeVersions: [AssetKey: String]
    var dataDependencies: [AssetKey]
    var configType: (any RunConfig.Type)?
  }

  private struct State {
    /// False once the attempt has ended: what comes later is not told.
    var isOpen = true
    /// Under the key, or under nil for all outputs.
    var metadata: [AssetKey?: [String: MetadataValue]] = [:]
    var dataVersions: [AssetKey?: String] = [:]
    /// Made, and not told yet.
    var made: [(AssetKey, StoredValue)] = []
    var config: (any RunConfig)?
  }

  init(
    request: StepRequest,
    subject: Subject,
    environment: Environment,
    resources: ResourcePool,
    io: any IOManager,
    emit: @escaping @Sendable (StepEvent) -> Void
  ) {
    self.request = request
    self.subject = subject
    self.environment = environment
    self.resources = resources
    self.io = io
    self.emit = emit
  }

  var context: AssetContext { AssetContext(self) }

  /// Tells one event, in order with the others; nothing once the attempt has ended.
  func tell(_ event: StepEvent) {
    state.withLock { state in
      if state.isOpen { emit(event) }
    }
  }

  func close() { state.withLock { $0.isOpen = false } }

  // MARK: Values

  /// Reads an upstream's value; what goes wrong names both assets.
  func load<Upstream: ValueReference>(_ upstream: Upstream) async throws -> Upstream.Value {
    do {
      let place = try await place(of: upstream.key)
      return try await io.load(Upstream.Value.self, from: place)
    } catch let error where !(error is CancellationError && Task.isCancelled) {
      throw StepError(
        .input,
        InputError.message(
          reader: subject.title,
          upstream: upstream.key,
          type: Upstream.Value.self,
          record: context.upstream(upstream.key),
          error: error
        ),
        errorType: String(describing: Swift.type(of: error))
      )
    }
  }

  /// Where an upstream's value lies: in the partition that is made, when the upstream has it.
  private func place(of key: AssetKey) async throws -> ValuePlace {
    let whole = ValuePlace(asset: key)
    guard let partition = request.partition else { return whole }
    let part = ValuePlace(asset: key, partition: partition)
    return try await io.exists(part) ? part : whole
  }

  func store<Value: Codable & Sendable>(_ value: Value, in key: AssetKey) async throws {
    do {
      let place = ValuePlace(asset: key, partition: request.partition)
      made(key, stored: try await io.store(value, at: place))
    } catch let error where !(error is CancellationError && Task.isCancelled) {
      throw StepError(
        .output,
        "the value of asset \"\(key)\" could not be stored: \(ErrorText.describe(error))",
        errorType: String(describing: Swift.type(of: error))
      )
    }
  }

  func made(_ key: AssetKey, stored: StoredValue = StoredValue()) {
    state.withLock { $0.made.append((key, stored)) }
  }

  /// Tells of all that was made; called when every value of the step is stored.
  func finishMaterializations() {
    let inputs = subject.dataDependencies.map { key in
      let record = context.upstream(key)
      return Materialization.Input(
        asset: key,
        dataVersion: record?.dataVersion,
        sequence: record?.sequence
      )
    }
    state.withLock { state in
      guard state.isOpen else { return }
      for (key, stored) in state.made {
        var metadata = stored.metadata
        metadata.merge(state.metadata[nil] ?? [:]) { _, new in new }
        metadata.merge(state.metadata[key] ?? [:]) { _, new in new }
        let materialization = Materialization(
          asset: key,
          partition: request.partition,
          metadata: metadata,
          codeVersion: subject.codeVersions[key],
          dataVersion: state.dataVersions[key] ?? state.dataVersions[nil] ?? stored.dataVersion,
          inputs: inputs
        )
        emit(.materialized(materialization))
      }
      state.made = []
    }
  }

  // MARK: What the body says

  func addMetadata(_ entries: [String: MetadataValue], to key: AssetKey?) {
    state.withLock { $0.metadata[key, default: [:]].merge(entries) { _, new in new } }
  }

  func setDataVersion(_ version: String, of key: AssetKey?) {
    state.withLock { $0.dataVersions[key] = version }
  }

  /// The metadata that belongs to no asset of its own: a check's.
  var commonMetadata: [String: MetadataValue] { state.withLock { $0.metadata[nil] ?? [:] } }

  // MARK: Configuration

  /// Reads the configuration before the body runs, so that the body never starts with a wrong one.
  func prepareConfig() throws {
    guard let type = subject.configType else {
      switch request.config {
      case nil, .null, .object([]): return
      default: throw ConfigError(subject: subject.title, problems: ["it takes no configuration"])
      }
    }
    let config = try decodeConfig(type)
    state.withLock { $0.config = config }
  }

  func config<Config: RunConfig>(_ type: Config.Type) throws -> Config {
    if let config = state.withLock({ $0.config as? Config }) { return config }
    let declared = subject.configType.map { "declares .config(\($0).self)" } ?? "declares none"
    throw ConfigError(
      subject: subject.title,
      problems: ["the body reads a \(type), but the definition \(declared)"]
    )
  }

  private func decodeConfig<Config: RunConfig>(_ type: Config.Type) throws -> any RunConfig {
    try ConfigReader.read(type, from: request.config, subject: subject.title)
  }
}
