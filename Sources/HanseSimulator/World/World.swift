import HanseCore
import HanseGraph
import HanseModel

/// Locations, disk, clock and people around a real control plane, in one thread and without time.
struct World {
  /// The host's own memory; all of it is lost when it dies.
  struct Memory {
    var plane: ControlPlane
    var gate: EffectGate
    /// Events that the loop has not handed to the writer.
    var batch: [Event] = []
    /// Events in the commit under way; at most one is.
    var committing: [Event] = []
    var isWritten = false
    var merging: (inputs: [LocationInput], previous: AssetGraph, took: Duration)?
    var wakesAt: Int64 = .max
    var diesAfter: (effects: Int, powerLoss: Bool)?
    var isOver = false
  }

  /// Something that happened to a location.
  struct Moment: Hashable {
    var atNanoseconds: Int64
    var what: String
  }

  let scenario: Scenario
  let mutation: Mutation?
  var heap = EventHeap<Happening>()
  var now = HostInstant(nanoseconds: 0)
  var wallOffset: Int64 = 1_700_000_000_000
  var host: Memory?
  /// Inputs that came up while another was handled.
  var inbox: [(input: ControlPlane.Input, origin: Origin)] = []
  var isHandling = false
  var hostNumber = 0
  var epoch = 0
  var log = DurableLog()
  var failsNextSync = false
  var slowUntil: Int64 = 0
  var processes: [SimulatedProcess] = []
  /// The processes that may still be spoken to, by location.
  var present: [[Int]]
  /// Which binary is in each location's file.
  var binaries: [Int]
  /// The copies of binaries that served, and the definitions served last, as the host's disk has
  /// them.
  var kept: [[ServedBinary]]
  var cached: [ControlPlane.KnownDefinitions?]
  /// What a run is in truth, where a mutation shows the host another.
  var trueCreation: EventPayload.RunCreation?
  var isHealed = false
  var nextWork = 0
  var nextTicket = 1
  var launched: [RunID] = []
  /// Attempts that were ever sent, for lies.
  var known: [AttemptID] = []
  var steps = 0
  var effectsPerformed = 0
  /// What happened to each location, with the times, where that is to be compared.
  var histories: [[Moment]]
  /// Whether the host does nothing more, where a mutation lets it.
  var isStalled = false
  /// Ends the host after this many effects of its first life, for sweeps.
  var sweepPoint: Int?
  var sweepsPowerLoss = false

  var conductChance: [Chance]
  var networkChance: [Chance]
  var tieChance: [Chance]
  var diskChance: Chance
  var hostChance: Chance

  var oracle: Oracle
  var sometimes = Sometimes()
  var trace: [String]?
  let indices: [LocationName: Int]

  init(_ scenario: Scenario, mutation: Mutation? = nil, isTraced: Bool = false) {
    self.scenario = scenario
    self.mutation = mutation
    let count = scenario.locations.count
    present = Array(repeating: [], count: count)
    binaries = Array(repeating: 0, count: count)
    kept = Array(repeating: [], count: count)
    cached = Array(repeating: nil, count: count)
    histories = Array(repeating: [], count: count)
    func streams(_ kind: UInt64) -> [Chance] {
      (0...count).map { Chance(seed: scenario.seed, stream: kind &* 1000 &+ UInt64($0)) }
    }
    conductChance = streams(2)
    networkChance = streams(3)
    tieChance = streams(4)
    diskChance = Chance(seed: scenario.seed, stream: 5)
    hostChance = Chance(seed: scenario.seed, stream: 6)
    indices = Dictionary(
      uniqueKeysWithValues: scenario.locations.enumerated().map { ($1.name, $0) }
    )
    oracle = Oracle(scenario)
    trace = isTraced ? [] : nil
    push(.hostStarts, at: 0)
    for (index, operation) in scenario.operations.enumerated() {
      push(.operation(index), at: operation.at)
    }
    push(.heal, at: scenario.safetyNanoseconds)
  }

  // MARK: Time

  var wall: Timestamp { Timestamp(milliseconds: wallOffset + now.nanoseconds / 1_000_000) }

  mutating func push(_ happening: Happening, at time: Int64, of location: Int? = nil) {
    let tie = UInt32(truncatingIfNeeded: tieChance[location ?? tieChance.count - 1].seed())
    heap.push(happening, at: time, tie: tie)
  }

  /// Runs the faults, heals what is to be healed, and lets that finish.
  mutating func run() {
    let end = scenario.safetyNanoseconds + scenario.livenessNanoseconds
    while oracle.violation == nil, let next = heap.pop() {
      if next.at > end || (isHealed && isAtRest) { break }
      now = HostInstant(nanoseconds: max(now.nanoseconds, next.at))
      steps += 1
      take(next.payload)
    }
    if oracle.violation == nil { judgeEnd() }
  }

  /// Whether there is nothing left to wait for.
  private var isAtRest: Bool {
    guard let host, host.committing.isEmpty, host.batch.isEmpty, host.gate.isEmpty else {
      return false
    }
    return host.plane.runs.runs.isEmpty && host.plane.isSettled
  }

  // MARK: What happens

  private mutating func take(_ happening: Happening) {
    if trace != nil { describe(happening) }
    switch happening {
    case .wake: wakeHost()
    case .command(let process, let command): receive(command, process)
    case .signal(let process, let isKill): signal(process, isKill: isKill)
    case .message(let process, let number, let message): deliver(message, number, from: process)
    case .stepIsDue(let process, let number): finishStep(number, of: process)
    case .dies(let process): die(process)
    case .hangs(let process): processes[process].isHung = true
    case .breaks(let process): say(.broke, process)
    case .exitIsSeen(let process): reap(process)
    case .isWritten(let number, let sequence): written(sequence, by: number)
    case .isDurable(let number, let sequence): synced(sequence, by: number)
    case .merged(let number): finishMerge(of: number)
    case .binaryIsKept(let number, let location, let binary, let generation):
      keep(binary, of: location, as: generation, by: number)
    case .operation(let index): perform(scenario.operations[index])
    case .hostStarts: startHost()
    case .heal: heal()
    }
  }

  private mutating func heal() {
    isHealed = true
    failsNextSync = false
    slowUntil = 0
    for index in scenario.healed.sorted() {
      for process in present[index] where processes[process].isAlive {
        for work in processes[process].work {
          push(.stepIsDue(process, number: work.number), at: now.nanoseconds + 1, of: index)
        }
      }
      handle(.location(scenario.locations[index].name, .startRequested), from: .user(index))
    }
  }

  /// What must be so at the end: every run has ended, or says truly what it waits for.
  private mutating func judgeEnd() {
    guard let plane = host?.plane else { return }
    oracle.judgeEnd(plane, processes, scenario: scenario)
  }

  /// Writes down what concerns one location.
  mutating func chronicle(_ effect: ControlPlane.Effect) {
    let line: (LocationName, String)? =
      switch effect {
      case .record(let event):
        event.record.location.map {
          ($0, "\(event.record.payload.kind) \(event.record.step?.text ?? "")")
        }
      case .send(let name, let generation, .execute(let command)):
        (name, "\(generation) \(command.attempt.step) \(command.attempt.attempt)")
      case .spawn(let name, let generation), .terminate(let name, let generation),
        .kill(let name, let generation), .send(let name, let generation, _):
        (name, "\(generation)")
      case .merge, .launched, .launchRefused, .canceled, .ordered, .runFinished, .publish, .served,
        .stopped:
        nil
      }
    guard let line, let location = indices[line.0] else { return }
    histories[location].append(Moment(atNanoseconds: now.nanoseconds, what: line.1))
  }

  mutating func note(_ line: String) {
    guard trace != nil else { return }
    let seconds = Double(now.nanoseconds) / 1e9
    trace?.append("\(seconds)s \(line)")
  }
}
