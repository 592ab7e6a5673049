import HanseCore
import HanseModel
import HanseSystem

/// Keeps what generations that served are made of: their binaries, and what they defined.
///
/// Everything here reads or writes whole files, so it has a thread of its own, which does one thing
/// after the other; the host's loop only leaves orders.
final class GenerationStore: Sendable {
  /// What has become of an order.
  enum News: Sendable {
    /// A copy of the binary can be run.
    case kept(LocationName, BinaryDigest)
    /// There is no copy any more that can be run.
    case lost(LocationName, BinaryDigest)
  }

  /// A generation that has begun to serve.
  struct Served: Sendable {
    var definitions: CachedDefinitions
    /// Where its binary lies; nil for the store's own copy.
    var path: String?
    /// Binaries that are kept however old they are.
    var pinned: Set<BinaryDigest> = []
  }

  private struct Orders: Sendable {
    var waiting: [Order] = []
    /// After this nothing large is begun or gone on with.
    var isClosing = false
  }

  private enum Order: Sendable {
    case remember(CachedDefinitions)
    case keep(Served)
    case find(BinaryDigest, LocationName, @Sendable (Result<String, BinaryKeeperError>) -> Void)
    case close
  }

  private let orders: Monitor<Orders>
  private let unwritten: UnwrittenDefinitions
  private let thread: OSThread

  /// - Parameters:
  ///   - state: The host's state.
  ///   - unwritten: Counts the definitions that are left to be written.
  ///   - report: Called on the store's thread; it must not wait.
  ///   - complain: Gets why something was not kept, in words for people.
  /// - Throws: When its thread cannot be started.
  init(
    in state: StateDirectory,
    unwritten: UnwrittenDefinitions,
    report: @escaping @Sendable (News) -> Void,
    complain: @escaping @Sendable (LocationName, String) -> Void
  ) throws(SystemError) {
    let (keeper, cache) = (BinaryKeeper(in: state), DefinitionsCache(in: state))
    let orders = Monitor(Orders())
    self.orders = orders
    self.unwritten = unwritten
    thread = try OSThread.start(name: "hanse-keep", stackSizeBytes: 8 << 20) {
      OSThread.yieldToOthers()
      let desk = Desk(keeper: keeper, cache: cache, report: report, complain: complain) {
        !orders.withLock(\.isClosing)
      }
      while true {
        switch orders.wait(taking: { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) {
        case .remember(let definitions):
          desk.remember(definitions)
          unwritten.noteWritten(definitions.location)
        case .keep(let served): desk.keep(served)
        case .find(let digest, let name, let answer): desk.find(digest, name, answer)
        case .close, nil: return
        }
      }
    }
  }

  // MARK: Orders

  /// Writes what a generation defined before any binary is copied, and then its own.
  func keep(_ served: Served) {
    unwritten.noteOrder(served.definitions.location)
    orders.update {
      let place = $0.waiting.firstIndex { if case .remember = $0 { false } else { true } }
      $0.waiting.insert(.remember(served.definitions), at: place ?? $0.waiting.endIndex)
      $0.waiting.append(.keep(served))
    }
  }

  /// Looks at every byte of a kept binary, so that it is what it was, and says where it is.
  ///
  /// - Parameters:
  ///   - digest: Which binary.
  ///   - name: Of which location.
  ///   - answer: Called on the store's thread; it must not wait.
  func find(
    _ digest: BinaryDigest,
    of name: LocationName,
    answer: @escaping @Sendable (Result<String, BinaryKeeperError>) -> Void
  ) {
    orders.update { $0.waiting.append(.find(digest, name, answer)) }
  }

  /// Writes what is small and left to be written, and ends; a copy under way is given up.
  func close() {
    orders.update {
      $0.isClosing = true
      $0.waiting.append(.close)
    }
    thread.join()
  }
}

/// How many definitions of each location the host has taken and not yet written.
final class UnwrittenDefinitions: Sendable {
  private let counts = Monitor<[LocationName: Int]>([:])

  func noteOrder(_ name: LocationName) { counts.withLock { $0[name, default: 0] += 1 } }

  func noteWritten(_ name: LocationName) {
    counts.update {
      let left = $0[name, default: 1] - 1
      $0[name] = left > 0 ? left : nil
    }
  }

  /// Waits until all that a location has defined until now can be read, but for no longer than the
  /// copy of a large binary may take: 10 s.
  func waitUntilNone(of name: LocationName) {
    counts.wait(untilMilliseconds: MonotonicClock.milliseconds() + 10_000) { $0[name] == nil }
  }
}

extension GenerationStore {
  /// What the store's thread has to itself.
  private struct Desk {
    var keeper: BinaryKeeper
    var cache: DefinitionsCache
    var report: (News) -> Void
    var complain: (LocationName, String) -> Void
    var isWanted: () -> Bool

    func remember(_ definitions: CachedDefinitions) {
      if let note = cache.keep(definitions) { complain(definitions.location, note) }
    }

    func keep(_ served: Served) {
      let definitions = served.definitions
      let name = definitions.location
      guard let digest = definitions.digest, isWanted() else { return }
      do throws(BinaryKeeperError) {
        let before = Set(keeper.binaries(of: name).kept.map(\.digest))
        let kept = try keeper.keep(
          KeptBinary(
            digest: digest,
            generation: definitions.generation,
            servedAt: definitions.servedAt,
            library: definitions.library
          ),
          of: name,
          from: try path(of: served, digest),
          pinned: served.pinned,
          while: isWanted
        )
        for digest in before.subtracting(kept.map(\.digest)) { report(.lost(name, digest)) }
        if let entry = kept.first(where: { $0.digest == digest }), entry.notRunnable == nil {
          report(.kept(name, digest))
        }
      } catch {
        if isWanted() { complain(name, error.description) }
      }
    }

    private func path(
      of served: Served,
      _ digest: BinaryDigest
    ) throws(BinaryKeeperError) -> String {
      if let path = served.path { return path }
      return try keeper.path(of: digest, of: served.definitions.location, while: isWanted)
    }

    func find(
      _ digest: BinaryDigest,
      _ name: LocationName,
      _ answer: (Result<String, BinaryKeeperError>) -> Void
    ) {
      do throws(BinaryKeeperError) {
        answer(.success(try keeper.path(of: digest, of: name, while: isWanted)))
      } catch {
        if isWanted() { report(.lost(name, digest)) }
        answer(.failure(error))
      }
    }
  }
}

/// What an earlier host has kept of the generations that served.
struct KeptGenerations: Sendable {
  var definitions: [LocationName: ControlPlane.KnownDefinitions] = [:]
  /// Those that can be run, the last one that served last.
  var binaries: [LocationName: [ServedBinary]] = [:]
  /// What could not be read, and why.
  var notes: [LocationName: String] = [:]

  init() {}

  /// Reads what is kept of some locations; it takes as long as their definitions are large.
  init(of names: [LocationName], in state: StateDirectory) {
    let (cache, keeper) = (DefinitionsCache(in: state), BinaryKeeper(in: state))
    for name in names {
      let cached = cache.read([name])
      if let known = cached.found[name] {
        definitions[name] = ControlPlane.KnownDefinitions(
          loaded: ControlPlane.LoadedDefinitions(
            definitions: known.definitions,
            digest: known.definitionsDigest,
            library: known.library ?? ""
          ),
          generation: known.generation
        )
      }
      let binaries = keeper.binaries(of: name)
      self.binaries[name] = binaries.kept.filter { $0.notRunnable == nil }.map {
        ServedBinary(digest: $0.digest, generation: $0.generation)
      }
      notes[name] = (cached.notes + binaries.notes).first
    }
  }
}
