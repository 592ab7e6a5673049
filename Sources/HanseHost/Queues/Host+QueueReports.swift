import HanseCore
import HanseGraph
package import HanseModel
import HanseStore

/// What people ask about queues, limits, and what waits for them.
extension Host {
  /// The state of every limit at one moment; nil once the host has stopped.
  ///
  /// - Parameters:
  ///   - running: How many of the steps under way to name.
  ///   - waiting: How many of those that wait to name.
  /// - Returns: The report, which costs what it shows and not what waits.
  package func queueReport(running: Int = 100, waiting: Int = 20) -> QueueReport? {
    let wall = Clock.wall()
    return inspect { plane in
      QueueReporting(plane: plane, now: Clock.now(), wall: wall)
        .report(running: running, waiting: waiting)
    }
  }

  /// A part of the steps that wait in a queue, in the order of their turns.
  ///
  /// - Parameters:
  ///   - queue: Which; nil for all.
  ///   - limit: How many at most.
  ///   - skipped: How many to leave out before them.
  /// - Returns: Nil once the host has stopped.
  package func waiting(in queue: String?, limit: Int, after skipped: Int) -> [WaitingStep]? {
    let wall = Clock.wall()
    return inspect { plane in
      QueueReporting(plane: plane, now: Clock.now(), wall: wall)
        .waiting(first: limit, after: skipped, in: queue)
    }
  }

  /// What people want to have explained.
  package enum Subject: Hashable, Sendable {
    /// All steps of a run that have not ended: those that wait for slots first.
    case run(RunID)
    case step(RunID, StepKey)
    /// The steps of these keys, in all runs that are under way.
    case steps([StepKey])
  }

  /// Why steps have not started.
  ///
  /// - Parameters:
  ///   - subject: Which steps; those of a run that has ended are not there any more.
  ///   - limit: How many at most.
  ///   - skipped: How many to leave out before them.
  /// - Returns: The explanations at one moment; nil once the host has stopped.
  /// - Throws: ``HostError`` when the log cannot be read, which the estimates are made from.
  package func explain(
    _ subject: Subject,
    limit: Int,
    after skipped: Int = 0
  ) throws(HostError) -> [StepExplanation]? {
    let wall = Clock.wall()
    let situations = inspect { plane in
      let reporting = QueueReporting(plane: plane, now: Clock.now(), wall: wall)
      return reporting.situations(of: subject, limit: limit, after: skipped)
    }
    guard let situations else { return nil }
    do throws(EventLogError) {
      let reader = try makeReader()
      var durations = StepDurations(reader)
      var found: [StepExplanation] = []
      for situation in situations {
        var explanation = try situation.explained(at: wall, &durations)
        if explanation.status == .retrying {
          explanation.nextAttempt = try reader.nextAttempt(of: explanation)
        }
        found.append(explanation)
      }
      return found
    } catch {
      throw HostError(.eventLog, "\(error)")
    }
  }

  /// The runs under way that have yet to make something of a selection, the oldest first.
  ///
  /// - Throws: ``HostError`` when the selection is wrong.
  package func runsUnderWay(making selection: String) throws(HostError) -> [RunID] {
    let (graph, indices) = try select(selection)
    let wanted = Set(indices.compactMap { graph.nodes[$0].stepKey })
    let found = inspect { plane in
      plane.runs.runs.values.filter { run in
        run.plan.indices.contains {
          wanted.contains(run.plan[$0].key) && !run.steps[$0].status.isFinished
        }
      }
      .sorted { ($0.createdAt, $0.id.text) < ($1.createdAt, $1.id.text) }.map(\.id)
    }
    return found ?? []
  }
}

extension QueueReporting {
  /// What steps wait for, on the loop's thread: it costs what is asked for and a look at each step of
  /// the run, but not what waits.
  package func situations(
    of subject: Host.Subject,
    limit: Int,
    after skipped: Int
  ) -> [StepSituation] {
    let tickets = tickets(of: subject, first: skipped + limit).dropFirst(skipped).prefix(limit)
    guard !tickets.isEmpty else { return [] }
    var explaining = StepExplaining(self)
    return tickets.compactMap { explaining.situation(of: $0.run, $0.step) }
  }

  private func tickets(of subject: Host.Subject, first count: Int) -> [Dispatcher.Ticket] {
    switch subject {
    case .run(let id):
      guard let run = plane.runs.runs[id] else { return [] }
      var ranked: [[Int]] = Array(repeating: [], count: 4)
      for (position, step) in run.steps.enumerated() {
        let rank: Int
        switch step.status {
        case .ready: rank = 0
        case .retrying: rank = 1
        case .running: rank = 2
        case .waiting: rank = 3
        case .succeeded, .failed, .skipped, .canceled: continue
        }
        if ranked[rank].count < count { ranked[rank].append(position) }
        if ranked[0].count == count { break }
      }
      return ranked.joined().map { Dispatcher.Ticket(run: id, step: $0) }
    case .step(let id, let key):
      let position = plane.runs.runs[id]?.position(of: key)
      return position.map { [Dispatcher.Ticket(run: id, step: $0)] } ?? []
    case .steps(let keys):
      let runs = plane.runs.runs.values.sorted {
        ($0.createdAt, $0.id.text) < ($1.createdAt, $1.id.text)
      }
      return runs.flatMap { run in
        keys.compactMap { run.position(of: $0) }
          .filter { !run.steps[$0].status.isFinished }
          .map { Dispatcher.Ticket(run: run.id, step: $0) }
      }
    }
  }
}

extension EventReader {
  /// When a step that failed is tried again.
  fileprivate func nextAttempt(
    of step: StepExplanation
  ) throws(EventLogError) -> Timestamp? {
    let last = try attempts(of: step.step, in: step.run).last
    guard let last, let finished = last.finished, let delay = last.retryInMilliseconds
    else { return nil }
    return Timestamp(milliseconds: finished.milliseconds + delay)
  }
}
