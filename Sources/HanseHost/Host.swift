package import HanseCore
import HanseGraph
package import HanseModel
package import HanseStore
import HanseSystem
package import HanseWorkspace

/// A running control plane: one loop, one writer of the log, and the children.
///
/// Safe to use from any thread. Every change goes through the loop; what is only looked at comes
/// from the published snapshot or from a reader of the event log.
package final class Host: Sendable {
  package let configuration: HostConfiguration
  package let state: StateDirectory
  package let feed: EventFeed
  let mailbox: Mailbox
  private let published: Monitor<HostSnapshot>
  private let outcome: Promise<HostError?>
  private let lock: FileLock
  /// The workspace as its file was last read.
  let readWorkspace: Monitor<Workspace>
  /// What locations defined and the store has still to write.
  let unwritten = UnwrittenDefinitions()

  /// Starts a host: opens its state, takes up what an earlier one left, starts all locations.
  ///
  /// It returns as soon as the log is open, before any location has answered.
  package static func start(_ configuration: HostConfiguration) throws(HostError) -> Host {
    Signals.ignoreBrokenPipe()
    let state = StateDirectory(path: configuration.stateDirectory)
    let lock = try state.open()
    let mailbox: Mailbox
    do throws(SystemError) {
      if configuration.adoptsOrphans { try SelfProcess.becomeSubreaper() }
      mailbox = try Mailbox()
    } catch {
      lock.release()
      throw HostError(.system, "the host cannot start: \(error)")
    }
    let (writer, past): (EventWriter, PastEvents)
    do throws(HostError) {
      (writer, past) = try EventWriter.open(
        path: state.eventLog,
        resumesRuns: configuration.resumesRuns,
        beforeCommit: configuration.faults.beforeCommit,
        durable: {
          mailbox.post(.durable($0))
          // For those in other processes who follow the log.
          lock.touch()
        },
        failed: { mailbox.post(.logFailed($0)) }
      )
    } catch {
      // Not when the log's thread has let go of it: the next host may start at once.
      lock.release()
      throw error
    }
    let host = Host(configuration, state, mailbox, lock, past)
    do throws(HostError) {
      try host.run(writer, past)
    } catch {
      writer.close()
      lock.release()
      throw error
    }
    return host
  }

  private init(
    _ configuration: HostConfiguration,
    _ state: StateDirectory,
    _ mailbox: Mailbox,
    _ lock: FileLock,
    _ past: PastEvents
  ) {
    self.configuration = configuration
    self.state = state
    self.mailbox = mailbox
    self.lock = lock
    readWorkspace = Monitor(configuration.workspace)
    feed = EventFeed(durable: past.lastSequence)
    published = Monitor(
      HostSnapshot(
        locations: [],
        graph: .empty,
        graphVersion: 0,
        diagnostics: [],
        isSettled: false
      )
    )
    outcome = Promise()
  }

  private func run(_ writer: EventWriter, _ past: PastEvents) throws(HostError) {
    let (configuration, state, mailbox) = (configuration, state, mailbox)
    let (published, feed, outcome, lock) = (published, feed, outcome, lock)
    let unwritten = unwritten
    do throws(SystemError) {
      let merger = try GraphMerger { mailbox.post(.merged($0, $1, took: $2)) }
      let reader = try DefinitionsReader { mailbox.post(.definitions($0, $1)) }
      let disk = try DiskWatch(.init(configuration, state, lock)) { mailbox.post(.disk($0)) }
      try OSThread.start(name: "hanse-loop", stackSizeBytes: 8 << 20) {
        var failure: HostError?
        do throws(SystemError) {
          if let fault = configuration.faults.loop { throw fault }
          let generations = try GenerationKeeping(configuration, state, mailbox, unwritten)
          defer { generations.close() }
          let loop = try HostLoop(
            configuration: configuration,
            state: state,
            mailbox: mailbox,
            published: published,
            feed: feed,
            past: past,
            kept: generations.kept,
            store: generations.store
          )
          generations.watchAll(loop)
          loop.run(
            writer: writer,
            merger: merger,
            definitionsReader: reader,
            unfinished: past.runs
          )
          failure = loop.failure
        } catch {
          failure = HostError(.system, "the host's loop cannot start: \(error)")
          // Nobody is to wait for a host that never was.
          published.update { $0.isStopping = true }
          feed.close()
        }
        Host.refuseRest(of: mailbox)
        merger.close()
        reader.close()
        disk.close()
        writer.close()
        lock.release()
        outcome.fulfil(failure)
      }
    } catch {
      throw HostError(.system, "the host cannot start: \(error)")
    }
  }

  /// Answers those who asked too late.
  private static func refuseRest(of mailbox: Mailbox) {
    for message in mailbox.close() {
      switch message {
      case .launch(_, let promise):
        promise.fulfil(.failure(HostError(.stopping, "the host has stopped")))
      case .cancel(_, _, _, let promise): promise.fulfil(false)
      case .order(_, let promise):
        promise.fulfil(.failure(HostError(.stopping, "the host has stopped")))
      case .inspect(let look): look(nil)
      case .publish(let promise): promise.fulfil(false)
      case .location, .input, .durable, .logFailed, .binarySeen, .foundBinary, .digested,
        .leftovers, .logNews, .disk,
        .merged,
        .definitions, .stop, .endNow:
        break
      }
    }
  }

  // MARK: Looking

  /// The workspace as its file was last read: at the start, or by ``reloadWorkspace()``.
  package var workspace: Workspace { readWorkspace.withLock { $0 } }

  package var snapshot: HostSnapshot { published.withLock { $0 } }

  /// Waits until the published state satisfies a condition.
  ///
  /// - Parameters:
  ///   - limit: How long to wait.
  ///   - condition: Called with each new state.
  /// - Returns: The state that satisfied it, or nil after the time.
  package func wait(
    for limit: Duration,
    until condition: (HostSnapshot) -> Bool
  ) -> HostSnapshot? {
    published.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) { snapshot in
      condition(snapshot) ? snapshot : nil
    }
  }

  /// Waits until every location has served its definitions or failed to, or the host has ended.
  package func waitUntilSettled(for limit: Duration) -> HostSnapshot? {
    wait(for: limit) { $0.isSettled || $0.isStopping }
  }

  /// A connection that reads the event log; for one thread.
  package func makeReader() throws(EventLogError) -> EventReader {
    try EventReader.open(path: state.eventLog)
  }

  /// What the loop knows of a run in flight beyond what the log says; nil for a finished one.
  package func live(_ run: RunID) -> LiveRun? {
    inspect { plane in LiveRun(of: run, in: plane, at: Clock.now()) } ?? nil
  }

  /// Calls a closure on the loop with the present state, and waits for what it returns.
  package func inspect<Value: Sendable>(
    _ look: @escaping @Sendable (ControlPlane) -> Value
  ) -> Value? {
    let promise = Promise<Value?>()
    guard mailbox.post(.inspect { promise.fulfil($0.map(look)) }) else { return nil }
    return promise.wait()
  }

  // MARK: Doing

  /// Launches a run of what a selection names in the present graph.
  ///
  /// - Parameter request: What to run.
  /// - Returns: The run's id, when its creation is durable.
  /// - Throws: ``HostError`` when the selection is wrong, or nothing of it can be run.
  package func launch(_ request: RunRequest) throws(HostError) -> RunID {
    try workspace.checkQueue(of: request)
    let snapshot = snapshot
    let graph = snapshot.graph
    let selection: AssetSelection
    let indices: [Int]
    do throws(SelectionError) {
      selection = try AssetSelection.parse(request.selection)
      indices = try selection.resolve(in: graph)
    } catch {
      throw HostError(.selection, "\(snapshot.explained(error))")
    }
    let plan: RunPlan
    do throws(PlanError) {
      plan = try RunPlanner.plan(selection: indices, graph: graph, request: request)
    } catch {
      throw HostError(error.hostCode, snapshot.explained(error, selection))
    }
    if let shortage = snapshot.diskShortage { throw shortage.refusal }
    let promise = Promise<Result<RunID, HostError>>()
    let creation = EventPayload.RunCreation(request: request, plan: plan)
    guard mailbox.post(.launch(creation, promise)) else {
      throw HostError(.stopping, "the host has stopped")
    }
    switch promise.wait() {
    case .success(let run): return run
    case .failure(let error): throw error
    }
  }

  /// Cancels a run that is not finished.
  ///
  /// - Parameters:
  ///   - run: Which.
  ///   - forced: Whether to end the location of a step that does not stop.
  ///   - principal: Who orders it, as it is recorded; nil where nobody can know it.
  /// - Returns: False when no such run is in flight.
  package func cancel(
    _ run: RunID,
    forced: Bool,
    by principal: Principal? = nil
  ) -> Bool {
    let promise = Promise<Bool>()
    guard mailbox.post(.cancel(run, forced: forced, by: principal, promise)) else { return false }
    return promise.wait()
  }

  /// Asks all locations to leave; runs in flight are taken up by the next host.
  package func stop() { mailbox.post(.stop) }

  /// Kills all locations and ends, for a process that must go at once; runs in flight stay.
  package func endNow() {
    mailbox.post(.endNow)
    _ = waitUntilStopped(for: .seconds(6))
  }

  /// Waits until the host has ended.
  ///
  /// - Returns: Why it ended, when that was not by ``stop()``.
  package func waitUntilStopped() -> HostError? { outcome.wait() }

  /// Waits until the host has ended, but no longer than a time.
  ///
  /// - Returns: Whether it has ended.
  package func waitUntilStopped(for limit: Duration) -> Bool { outcome.wait(for: limit) != nil }
}

extension PlanError {
  /// Whether the request is wrong, and in what, or what the locations define.
  fileprivate var hostCode: HostError.Code {
    switch code {
    case .unknownConfiguration, .unexpectedConfiguration: .configuration
    case .nothingToMaterialize: .selection
    case .notRunnable: .plan
    }
  }
}
