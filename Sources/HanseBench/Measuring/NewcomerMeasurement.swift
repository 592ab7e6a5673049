import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// How long one step waits while another location has very many waiting; and, for comparison, one
/// that stands at the end of that location's own line, where first in is first out.
struct NewcomerMeasurement {
  var backlog: Int
  var location: String

  func run() throws -> [String: Double] {
    let workload = Scenario.Workload(locations: 2, assetsEach: backlog)
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let reader = try host.makeReader()
    let flood = try host.launch(RunRequest(selection: "location:l0"))
    let others = try host.launch(RunRequest(selection: "l1/table_7"))
    let own = try host.launch(RunRequest(selection: "l0/table_7"))
    for run in [others, own] { try RunWait(host: host, reader: reader).wait(for: run, events: 5) }
    try RunWait(host: host, reader: reader).wait(for: flood, events: 3 * backlog)
    let fair = try wait(of: others, reader)
    let plain = try wait(of: own, reader)
    try workspace.end(host)
    return [
      "slots to others first": Double(fair.grants),
      "wait": fair.milliseconds,
      "slots to others first, in one line": Double(plain.grants),
      "wait, in one line": plain.milliseconds,
    ]
  }

  /// From a run's creation to the start of its step: the time, and the steps started meanwhile.
  private func wait(
    of run: RunID,
    _ reader: EventReader
  ) throws -> (milliseconds: Double, grants: Int) {
    let events = try reader.runEvents(run, after: 0, limit: 100)
    guard let created = events.first,
      let started = events.first(where: { $0.record.payload.kind == "step.started" })
    else { throw BenchFailure("run \(run) has no start") }
    var grants = 0
    var place = created.sequence
    while place < started.sequence - 1 {
      let page = try reader.events(after: place, limit: 10_000)
        .prefix { $0.sequence < started.sequence }
      guard let last = page.last else { break }
      grants += page.count { $0.record.payload.kind == "step.started" }
      place = last.sequence
    }
    let waited = started.record.time.since(created.record.time).wholeMilliseconds
    return (Double(waited), grants)
  }
}
