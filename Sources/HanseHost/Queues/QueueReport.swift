package import HanseModel

/// Every limit on steps, what is taken of it, and the first of those that wait: at one moment.
package struct QueueReport: Hashable, Sendable {
  package var time: Timestamp
  /// The steps of the workspace.
  package var workspace: LimitReport
  package var runs: RunSlots
  package var queues: [LimitReport] = []
  package var locations: [LimitReport] = []
  package var pools: [LimitReport] = []
  /// Those in use, and those that all values of a tag share.
  package var tags: [LimitReport] = []
  /// Those that began first, at most as many as were asked for.
  package var running: [SlotHolder] = []
  package var runningCount = 0
  /// The first of them in the order of their turns, at most as many as were asked for.
  package var waiting: [WaitingStep] = []
  package var waitingCount = 0
  /// Steps that the same step of another run stands for, at most as many as of those that wait.
  package var followers: [FollowingStep] = []
  package var followerCount = 0
  /// What does not agree when all slots are counted anew; empty unless there is a defect.
  package var miscounts: [String] = []

  /// One that is to be filled in.
  package init(time: Timestamp = Timestamp(milliseconds: 0)) {
    self.time = time
    workspace = LimitReport(kind: .workspace, name: "", used: 0, limit: nil)
    runs = RunSlots(used: 0, limit: 0, waiting: 0)
  }
}

/// How many runs are under way.
package struct RunSlots: Hashable, Sendable {
  package var used: Int
  package var limit: Int
  package var waiting: Int

  package init(used: Int, limit: Int, waiting: Int) {
    self.used = used
    self.limit = limit
    self.waiting = waiting
  }
}

/// One limit that steps are subject to.
package struct LimitReport: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case workspace, queue, location, pool, tag
  }

  package var kind: Kind
  /// Empty for the workspace; `NAME=VALUE` or `NAME` for a tag.
  package var name: String
  package var used: Int
  /// Nil for none.
  package var limit: Int?
  package var weight: Double?
  package var rate: RateLimit?
  /// When the rate lets the next step start, while it lets none.
  package var nextStart: Timestamp?
  /// Nothing new starts.
  package var isPaused = false
  /// Paused, and to be told of when the last step that runs has ended.
  package var isDraining = false
  /// Whether people ordered something else than the workspace file says.
  package var isOrdered = false
  /// Who ordered last what holds of it; nil where nothing is ordered, or nobody can know it.
  package var orderedBy: Principal?
  /// When; nil where nothing is ordered.
  package var orderedAt: Timestamp?
  /// Of a location that takes no steps now: why.
  package var unavailable: String?
  /// Steps that wait and are subject to it.
  package var waiting = 0
  /// Units of a pool that are kept for a step that was passed too often; nil for none.
  package var kept: Int?
  /// The location of that step.
  package var keptFor: LocationName?
  /// Those that began first, where they were asked for.
  package var holders: [SlotHolder] = []

  // What it means for one step, where somebody has asked about one.

  /// What the step takes of it.
  package var needs: Int?
  /// Whether it alone keeps the step from starting now.
  package var blocks = false

  package init(kind: Kind, name: String, used: Int, limit: Int?) {
    self.kind = kind
    self.name = name
    self.used = used
    self.limit = limit
  }
}

/// A step that is under way, and holds slots for that.
package struct SlotHolder: Hashable, Sendable {
  package var run: RunID
  package var step: StepKey
  package var location: LocationName
  package var queue: String
  package var attempt: Int
  /// Nil while it waits for its worker process.
  package var started: Timestamp?
  package var elapsedMilliseconds: Int64
  /// What it takes of the limit that it was asked for.
  package var units = 1

  package init(
    run: RunID,
    step: StepKey,
    location: LocationName,
    queue: String,
    attempt: Int,
    started: Timestamp?,
    elapsedMilliseconds: Int64,
    units: Int = 1
  ) {
    self.run = run
    self.step = step
    self.location = location
    self.queue = queue
    self.attempt = attempt
    self.started = started
    self.elapsedMilliseconds = elapsedMilliseconds
    self.units = units
  }
}

/// A step that waits for slots.
package struct WaitingStep: Hashable, Sendable {
  package var run: RunID
  package var step: StepKey
  package var location: LocationName
  package var queue: String
  package var priority: Int
  /// When it became ready.
  package var since: Timestamp
  package var waitedMilliseconds: Int64
  /// What keeps it; nil when only its turn has not come.
  package var held: String?

  package init(
    run: RunID,
    step: StepKey,
    location: LocationName,
    queue: String,
    priority: Int,
    since: Timestamp,
    waitedMilliseconds: Int64,
    held: String? = nil
  ) {
    self.run = run
    self.step = step
    self.location = location
    self.queue = queue
    self.priority = priority
    self.since = since
    self.waitedMilliseconds = waitedMilliseconds
    self.held = held
  }
}

/// A step that waits for no slot, because the same step of another run stands for it.
package struct FollowingStep: Hashable, Sendable {
  package var run: RunID
  package var step: StepKey
  package var location: LocationName
  /// The run whose step it is that waits or runs for both.
  package var leader: RunID

  package init(run: RunID, step: StepKey, location: LocationName, leader: RunID) {
    self.run = run
    self.step = step
    self.location = location
    self.leader = leader
  }
}

/// Why one step has not started, or that it has.
package struct StepExplanation: Hashable, Sendable {
  package struct Upstream: Hashable, Sendable {
    package var step: StepKey
    package var status: StepStatus

    package init(step: StepKey, status: StepStatus) {
      self.step = step
      self.status = status
    }
  }

  package var run: RunID
  package var step: StepKey
  package var location: LocationName
  package var status: StepStatus
  /// What it waits for, in one line.
  package var reason: String
  package var queue: String
  package var priority: Int
  /// When it became ready, or was started.
  package var since: Timestamp?
  /// Steps of its location in its queue that go first; nil when it waits for no slot.
  package var ahead: Int?
  /// How often others have taken units of its pools while there were too few for it; nil for a step
  /// that takes no more than one unit, or has not had its turn.
  package var passes: Int?
  /// After so many passes units are kept for it; nil with ``passes``.
  package var passesAllowed: Int?
  /// Whether what comes free of its pools is kept for it.
  package var isReserved = false
  /// The run whose step of the same asset, partition and configuration stands for this one.
  package var leader: RunID?
  /// The runs for whose steps this one stands, the first twenty.
  package var followers: [RunID] = []
  package var followerCount = 0
  /// Every limit it is subject to, from the workspace down.
  package var limits: [LimitReport] = []
  /// The steps before it that have not succeeded, the first twenty.
  package var upstream: [Upstream] = []
  package var upstreamCount = 0
  /// When its next attempt may start, after one that failed.
  package var nextAttempt: Timestamp?
  /// When it starts, by what others have taken before; an estimate.
  package var estimatedStart: Timestamp?
  /// How the estimate was made, or why there is none.
  package var estimate: String?

  package init(
    run: RunID,
    step: StepKey,
    location: LocationName,
    status: StepStatus,
    reason: String,
    queue: String,
    priority: Int
  ) {
    self.run = run
    self.step = step
    self.location = location
    self.status = status
    self.reason = reason
    self.queue = queue
    self.priority = priority
  }
}
