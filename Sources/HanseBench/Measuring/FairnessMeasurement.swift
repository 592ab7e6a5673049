import HanseCore
import HanseModel

/// How fairly slots are given out, and how fairly one line for all would give them out.
///
/// Some locations have very many steps waiting and others few: the sizes fall like 1, 1/2, 1/3, and the
/// largest come first. Meanwhile single steps of other locations come, evenly over the time.
/// Priorities go from -2 to 2. One slot is given back and given anew until nothing waits; time is
/// counted in slots.
struct FairnessMeasurement {
  /// Steps of the largest location.
  var largest: Int
  /// Locations that have steps from the beginning.
  var locations: Int
  /// Locations that come later, with one step each.
  var newcomers: Int

  /// One step and when it came to wait, counted in slots given out before.
  struct Step: Hashable {
    var location: Int
    var priority: Int
    var cameAfter: Int
  }

  /// What people look at to judge an order.
  struct Judgement: Hashable {
    /// For each location, how many slots others got between its first step's arrival and its start.
    var firstServices: [Int]
    /// Of the pairs of steps of one location and different priorities that waited together, how many
    /// started the wrong way round; from 0 to 1.
    var invertedPairs: Double
  }

  var backlog: [Step] {
    (0..<locations).flatMap { location in
      (0..<max(1, largest / (location + 1))).map { step in
        Step(location: location, priority: step * 7919 % 5 - 2, cameAfter: 0)
      }
    }
  }

  /// Who comes after so many slots were given out.
  private func arrivals(during total: Int) -> [Int: Step] {
    let pairs = (0..<newcomers).map { newcomer in
      let time = (newcomer + 1) * total / (newcomers + 1)
      return (time, Step(location: locations + newcomer, priority: 0, cameAfter: time))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  // MARK: The orders

  /// The order in which the dispatcher starts the steps.
  func dispatched() -> [Step] {
    let now = HostInstant(nanoseconds: 0)
    var dispatcher = Dispatcher(workspaceLimit: 1)
    var steps: [Step] = []
    func enqueue(_ step: Step) {
      let name = LocationName("l\(step.location)")
      dispatcher.setReady(name, true)
      dispatcher.enqueue(
        Dispatcher.Ticket(run: "0123456789ab", step: steps.count),
        Dispatcher.Demand(name, priority: step.priority),
        at: now
      )
      steps.append(step)
    }
    let backlog = backlog
    for step in backlog { enqueue(step) }
    let arrivals = arrivals(during: backlog.count)
    var served: [Step] = []
    while let grant = dispatcher.grantNext(at: now) {
      served.append(steps[grant.ticket.step])
      dispatcher.release(grant.ticket, at: now)
      if let newcomer = arrivals[served.count] { enqueue(newcomer) }
    }
    return served
  }

  /// The order of one line in which whoever comes first is served first.
  func inOneLine() -> [Step] {
    let backlog = backlog
    return backlog + arrivals(during: backlog.count).values.sorted { $0.cameAfter < $1.cameAfter }
  }

  // MARK: The judgement

  static func judge(_ served: [Step]) -> Judgement {
    var firsts: [Int: Int] = [:]
    var started: [Int: [Int: Int]] = [:]
    var (pairs, inverted) = (0, 0)
    for (place, step) in served.enumerated() {
      if firsts[step.location] == nil { firsts[step.location] = place - step.cameAfter }
      for (priority, count) in started[step.location] ?? [:] where priority != step.priority {
        pairs += count
        if priority < step.priority { inverted += count }
      }
      started[step.location, default: [:]][step.priority, default: 0] += 1
    }
    return Judgement(
      firstServices: firsts.values.sorted(),
      invertedPairs: pairs == 0 ? 0 : Double(inverted) / Double(pairs)
    )
  }

  func run() -> [String: Double] {
    var figures: [String: Double] = [:]
    for (label, served) in [("", dispatched()), (", in one line", inOneLine())] {
      let found = Self.judge(served)
      let delays = Statistics(found.firstServices.map(Double.init))
      figures["slots to others before the first, p50" + label] = delays.percentile(50)
      figures["slots to others before the first, p99" + label] = delays.percentile(99)
      figures["slots to others before the first, most" + label] = delays.percentile(100)
      figures["pairs in the wrong order" + label] = found.invertedPairs * 100
    }
    return figures
  }
}
