import HanseCore
import HanseModel
import HanseSystem

/// What the dispatcher's decisions cost when so many steps wait, without any process.
struct QueueMeasurement {
  private static let locations = 50
  private static let slots = 16
  private static let admissions = 200_000

  var waiting: Int

  func run() throws -> [String: Double] {
    let empty = try SelfProcess.proportionalSetSizeBytes(SelfProcess.pid)
    var dispatcher = Dispatcher(workspaceLimit: Self.slots)
    let names = (0..<Self.locations).map { LocationName("location\($0)") }
    for name in names { dispatcher.setReady(name, true) }
    let now = HostInstant(nanoseconds: 0)
    let demands = names.map { Dispatcher.Demand($0) }
    func add(_ step: Int) {
      let ticket = Dispatcher.Ticket(run: "0123456789ab", step: step)
      dispatcher.enqueue(ticket, demands[step % demands.count], at: now)
    }
    for step in 0..<waiting { add(step) }
    let full = try SelfProcess.proportionalSetSizeBytes(SelfProcess.pid)
    var running: [Dispatcher.Ticket] = []
    while let grant = dispatcher.grantNext(at: now) { running.append(grant.ticket) }
    let begin = MonotonicClock.nanoseconds()
    for step in 0..<Self.admissions {
      add(waiting + step)
      let slot = step % running.count
      dispatcher.release(running[slot], at: now)
      guard let grant = dispatcher.grantNext(at: now) else {
        throw BenchFailure("a free slot was not given to any of \(waiting) waiting steps")
      }
      running[slot] = grant.ticket
    }
    let seconds = Double(MonotonicClock.nanoseconds() - begin) / 1e9
    return [
      "admissions": Double(Self.admissions) / seconds,
      "memory per waiting step": Double(full - empty) / Double(waiting),
    ]
  }
}
