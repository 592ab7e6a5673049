import HanseModel
import HanseSystem

/// What the processes of a location with isolated runs use together: its own and its workers.
///
/// Their limits on memory and on processes are for the sum. Over it, the worker that has the most of
/// it is ended: from outside nothing more can be told. The location's own process is ended only if it
/// is over the limit by itself.
struct SharedUse {
  private let members: [(subject: ResourceWatch.Subject, use: ProcessCensus.Use)]

  init(_ subjects: [ResourceWatch.Subject], _ uses: [Int32: ProcessCensus.Use]) {
    members = subjects.compactMap { subject in
      guard let use = uses[subject.child.pid], !subject.child.isReaped else { return nil }
      return (subject, use)
    }
  }

  /// Which of them is to be ended, and why; nil while they keep their limits.
  var verdict: (ResourceWatch.Subject, String)? {
    guard let limits = members.first?.subject else { return nil }
    if let limit = limits.tasks {
      let tasks = members.map { Int64($0.use.tasks) }
      if let worst = worst(tasks, over: Int64(limit)) {
        let sum = among("\(tasks.reduce(0, +))")
        return (
          members[worst].subject,
          "killed: \(tasks[worst]) processes and threads\(sum), over its limit of \(limit)"
        )
      }
    }
    let resident = members.reduce(0) { $0 + $1.use.residentBytes }
    guard let limit = limits.memoryBytes, resident > limit else { return nil }
    let own = members.map { ProcessCensus.ownBytes(of: $0.use.pids) }
    guard let worst = worst(own, over: limit) else { return nil }
    let sum = among(ByteText.text(own.reduce(0, +)))
    return (
      members[worst].subject,
      "killed: \(ByteText.text(own[worst]))\(sum), over its limit of \(ByteText.text(limit)) of memory"
    )
  }

  /// Who is to go, if all of them together are over the limit.
  private func worst(_ amounts: [Int64], over limit: Int64) -> Int? {
    guard amounts.reduce(0, +) > limit else { return nil }
    let alone = members.indices.first { !isWorker($0) && amounts[$0] > limit }
    let workers = members.indices.filter(isWorker)
    return alone ?? workers.max { amounts[$0] < amounts[$1] }
      ?? members.indices.max { amounts[$0] < amounts[$1] }
  }

  private func isWorker(_ index: Int) -> Bool { members[index].subject.generation.isWorker }

  private func among(_ sum: String) -> String {
    members.count == 1 ? "" : " of \(sum) in the \(members.count) processes of its location"
  }
}
