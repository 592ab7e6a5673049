package import HanseModel

extension Dispatcher {
  /// One step that waits for a slot or holds one.
  package struct Ticket: Hashable, Sendable {
    package var run: RunID
    /// The step's position in the run's plan.
    package var step: Int

    package init(run: RunID, step: Int) {
      self.run = run
      self.step = step
    }
  }

  /// What a step needs to start, and how it waits for it.
  package struct Demand: Hashable, Sendable {
    package var location: LocationName
    package var queue: String
    /// The greater the sooner, within its location and queue; from -1000 to 1000.
    package var priority: Int
    /// Units of pools by name.
    package var pools: [String: Int]
    /// The run's tags, as far as there are limits on them.
    package var tags: [String: String]

    package init(
      _ location: LocationName,
      queue: String = Dispatcher.defaultQueue,
      priority: Int = 0,
      pools: [String: Int] = [:],
      tags: [String: String] = [:]
    ) {
      self.location = location
      self.queue = queue
      self.priority = priority
      self.pools = pools
      self.tags = tags
    }
  }

  /// A slot that was given to a step: a lease, which ends with ``release(_:)``.
  package struct Grant: Hashable, Sendable {
    package var ticket: Ticket
    package var location: LocationName
  }

  package struct QueueSettings: Hashable, Sendable {
    /// Nil for as many as the workspace allows.
    package var concurrentSteps: Int?
    /// Its share beside other queues that have steps waiting; more than 0.
    package var weight: Double
    package var rate: RateLimit?
    package var isPaused: Bool

    package init(
      concurrentSteps: Int? = nil,
      weight: Double = 1,
      rate: RateLimit? = nil,
      isPaused: Bool = false
    ) {
      self.concurrentSteps = concurrentSteps
      self.weight = weight
      self.rate = rate
      self.isPaused = isPaused
    }
  }

  package struct LocationSettings: Hashable, Sendable {
    package var concurrentSteps: Int
    /// Its share beside the other locations of a queue; more than 0.
    package var weight: Double
    package var rate: RateLimit?
    package var isPaused: Bool

    package init(
      concurrentSteps: Int,
      weight: Double = 1,
      rate: RateLimit? = nil,
      isPaused: Bool = false
    ) {
      self.concurrentSteps = concurrentSteps
      self.weight = weight
      self.rate = rate
      self.isPaused = isPaused
    }
  }

  /// Units of something scarce that steps of all locations lease.
  package struct PoolSettings: Hashable, Sendable {
    package var units: Int
    package var rate: RateLimit?
    package var isPaused: Bool

    package init(units: Int, rate: RateLimit? = nil, isPaused: Bool = false) {
      self.units = units
      self.rate = rate
      self.isPaused = isPaused
    }
  }

  /// How many steps of runs with a tag may be in flight at once.
  package struct TagLimit: Hashable, Sendable {
    package var tag: String
    /// Whether each value of the tag has the limit for itself.
    package var perValue: Bool
    package var limit: Int

    package init(tag: String, perValue: Bool, limit: Int) {
      self.tag = tag
      self.perValue = perValue
      self.limit = limit
    }
  }

  /// One limit that a step is subject to.
  package enum LimitName: Hashable, Sendable {
    case workspace
    case queue(String)
    case location(LocationName)
    case pool(String)
    /// The value is empty when all values share the limit.
    case tag(String, value: String)
  }

  /// Why a ready step has not been started.
  package enum HoldReason: Hashable, Sendable {
    case locationIsNotReady
    /// It has its slots; the worker process of its run is on its way.
    case workerIsNotReady
    /// Worker processes of its location fail to start; the next try is at this moment.
    case workersFail(until: HostInstant)
    case isPaused(LimitName)
    /// Nothing is left of a limit, or less than the step needs.
    case isFull(LimitName, used: Int, of: Int)
    /// What is free is kept for a step of another location, or of other needs, that was passed too often.
    case isKept(LimitName, units: Int, for: LocationName)
    /// It may start at this moment at the earliest.
    case rateIsUsedUp(LimitName, until: HostInstant)
    /// A step there has, or is to have, the location to itself.
    case oneRunsAlone
    /// It waits for all others there to end, for it must be alone.
    case mustBeAlone
    /// Others of its location are before it.
    case behind(count: Int)
  }

  // MARK: Inside

  /// A step that waits.
  ///
  /// Its number never changes, so that it keeps its place wherever it is moved.
  package struct Entry: Comparable, Sendable {
    var number: UInt64
    var readyAt: HostInstant
    var ticket: Ticket

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    package static func == (left: Self, right: Self) -> Bool { left.number == right.number }
  }

  /// Where the first step of a line stands among the lines of its lane.
  struct Place: Comparable, Sendable {
    /// When it became ready, less what its priority is worth, in nanoseconds.
    var virtualReadiness: Int64
    var number: UInt64
    var line: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.virtualReadiness, left.number) < (right.virtualReadiness, right.number)
    }
  }

  /// Something other than its location and queue that a step can be held up by.
  enum Condition: Hashable, Sendable {
    /// All units of a bundle.
    case units(Int)
    case poolRate(Int)
    case poolPause(Int)
    case tag(TagKey)
  }

  struct TagKey: Hashable, Sendable {
    var limit: Int
    var value: String
  }

  /// A demand in terms of what the dispatcher knows.
  struct Needs: Sendable {
    var lane: Int
    var pools: [Share]
    /// What it takes of all pools together; nil for nothing.
    var bundle: Int?
    var tags: [TagKey]
  }

  /// Steps with one demand, in the order they became ready.
  struct Line: Sendable {
    enum Standing: Hashable, Sendable {
      case empty
      /// It may be able to start; it stands for those that waited for a condition with it.
      case ready(standingFor: Condition?)
      case parked(Condition)
    }

    let demand: Demand
    let needs: Needs
    var entries = OrderedFifo<Entry>()
    /// Taken back, and passed over when their turn comes.
    var withdrawn: Set<Ticket> = []
    var standing = Standing.empty
    /// Whether its first step has had its turn, and lacked nothing but several units.
    var isShort = false

    /// Whether nobody waits in it, also when its place is still there.
    var isEmpty: Bool { entries.count == withdrawn.count }
  }

  /// A place in a line of turns, by stride scheduling: each turn adds what the weight says.
  struct Turn: Comparable, Sendable {
    var pass: UInt64 = 0
    /// The number of the grant it got last.
    var lastGrant: UInt64 = 0
    let index: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.pass, left.lastGrant, left.index) < (right.pass, right.lastGrant, right.index)
    }
  }

  /// The steps of one location in one queue.
  struct Lane: Sendable {
    let queue: Int
    let location: Int
    var turn: Turn
    /// Whether it stands in its queue's line of turns.
    var isOffered = false
    var ready = MinHeap<Place>()
    var parked: [Condition: MinHeap<Place>] = [:]
    /// The conditions for which a line of ``parked`` stands among the ready ones, and its place.
    var represented: [Condition: Place] = [:]
  }

  struct Queue: Sendable {
    let name: String
    var settings: QueueSettings
    var gate: RateGate?
    var running = 0
    var turn: Turn
    var isOffered = false
    /// The pass of the turn that was taken last: nobody is further behind.
    var pass: UInt64 = 0
    var turns = MinHeap<Turn>()
  }

  struct Location: Sendable {
    let name: LocationName
    var settings: LocationSettings
    var gate: RateGate?
    var isReady = false
    var lanes: [Int] = []
    var running = 0
    var waiting = 0
    /// Those that must have the location to themselves; they come before all others.
    var alone = Fifo<Loner>()
    /// Whether the one that runs must have the location to itself.
    var runsAlone = false
    /// The first of ``alone``, once it has had its turn and lacked nothing but several units.
    var shortLoner: Loner?
  }

  /// A step that waits for having its location to itself.
  struct Loner: Sendable {
    var entry: Entry
    var demand: Demand
    var needs: Needs
  }

  struct Pool: Sendable {
    let name: String
    var settings: PoolSettings
    var gate: RateGate?
    var used = 0
    /// The bundles that it is part of.
    var bundles: [Int] = []
    var kept = 0
    /// Whom ``kept`` units are kept for.
    var keptFor: Reservation?
  }

  struct Lease: Sendable {
    /// Its place among those that waited, for one that gives its slots back unused.
    var entry: Entry
    var needs: Needs
    var isAlone: Bool
  }

  /// A gate that was found closed, to be looked at again.
  struct Alarm: Comparable, Sendable {
    enum Gate: Hashable, Sendable {
      case queue(Int), location(Int), pool(Int), keeping(Reservation)
    }
    var time: HostInstant
    var gate: Gate

    static func < (left: Self, right: Self) -> Bool { left.time < right.time }
    static func == (left: Self, right: Self) -> Bool { left.time == right.time }
  }
}
