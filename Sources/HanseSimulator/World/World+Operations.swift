import HanseCore
import HanseGraph
import HanseModel

/// What people and the machine do to the host.
extension World {
  mutating func perform(_ operation: Operation) {
    switch operation.kind {
    case .launch(let luck, let owner): launch(luck, owner)
    case .launchAll: if let graph = host?.plane.graph { launch(Array(0..<graph.nodeCount), graph) }
    case .cancel(let luck, let forced):
      guard !launched.isEmpty, host != nil else { return }
      // One of the last few: most of the others are over.
      let recent = launched.suffix(3)
      let run = recent[recent.startIndex + Int(luck % UInt64(recent.count))]
      handle(.cancel(run, forced: forced, ticket: ticket()), from: .user(nil))
    case .start(let index): ask(.startRequested, of: index)
    case .stop(let index): ask(.stopRequested, of: index)
    case .restart(let index): ask(.restartRequested, of: index)
    case .newBinary(let index):
      binaries[index] = (binaries[index] + 1) % scenario.locations[index].binaries.count
      seeBinary(of: index)
    case .rollBack(let index): rollBack(index)
    case .reload(let index):
      handle(.reload(scenario.locations[index].name), from: .user(index))
    case .kill(let index):
      if let process = present[index].last { die(process) }
    case .jumpWall(let milliseconds): wallOffset += milliseconds
    case .stopHost:
      if isHealed { return }
      handle(.stop, from: .user(nil))
    case .crashHost(let effects, let powerLoss): host?.diesAfter = (effects, powerLoss)
    case .failSync: failsNextSync = true
    case .order(let luck): order(luck)
    case .liftOrders: liftOrders()
    case .slowDisk(let nanoseconds): slowUntil = now.nanoseconds + nanoseconds
    }
  }

  /// Tells the host what the location's file contains.
  mutating func seeBinary(of index: Int) {
    let location = scenario.locations[index]
    let digest = location.binaries[binaries[index]].digest
    handle(.binarySeen(location.name, BinaryDigest(digest)), from: .user(index))
  }

  /// Asks for the binary that served before the present one, as the host's command does.
  private mutating func rollBack(_ index: Int) {
    let name = scenario.locations[index].name
    guard let supervisor = host?.plane.locations[name]?.supervisor else { return }
    let present = supervisor.programs[supervisor.serving.generation]?.digest
    guard let digest = supervisor.binaries.earlier(nil, than: present) else { return }
    sometimes.note(.rollbackAsked)
    handle(.rollBack(name, to: digest), from: .user(index))
  }

  mutating func ticket() -> Int {
    defer { nextTicket += 1 }
    return nextTicket
  }

  private mutating func ask(_ event: LocationStateMachine.Event, of index: Int) {
    handle(.location(scenario.locations[index].name, event), from: .user(index))
  }

  /// Launches a run of some of the assets that the graph has now, planned as the host does it.
  private mutating func launch(_ luck: UInt64, _ owner: Int?) {
    guard let graph = host?.plane.graph else { return }
    var chance = Chance(seed: luck)
    var chosen: [Int] = []
    for (index, location) in scenario.locations.indices.map({ ($0, scenario.assets(of: $0)) }) {
      for key in location where chance.isHeads(oneIn: 2) {
        guard owner == nil || owner == index, let node = graph.index(of: key) else { continue }
        if owner != nil, graph.nodes[node].location != scenario.locations[index].name { continue }
        chosen.append(node)
      }
    }
    launch(chosen, graph, luck)
  }

  private mutating func launch(_ chosen: [Int], _ graph: AssetGraph, _ luck: UInt64 = 0) {
    var chance = Chance(seed: luck, stream: 9)
    var request = RunRequest(selection: "*")
    if scenario.sharesLimits { Swarm.ask(&request, &chance) }
    do throws(PlanError) {
      var plan = try RunPlanner.plan(selection: chosen, graph: graph, request: request)
      if scenario.sharesLimits { Swarm.share(&plan, seed: scenario.seed, &chance) }
      let creation = EventPayload.RunCreation(request: request, plan: plan)
      trueCreation = creation
      let broken = scenario.locations.indices.filter { !scenario.healed.contains($0) }
        .map { scenario.locations[$0].name }
      let shown = mutation.map { $0.misread(creation, broken: Set(broken)) } ?? creation
      handle(.launch(shown, ticket: ticket()), from: .user(nil))
      trueCreation = nil
    } catch {
      sometimes.note(.nothingToRun)
    }
  }

  /// Adds to the trace what happens, but for what happens all the time and says nothing.
  mutating func describe(_ happening: Happening) {
    switch happening {
    case .wake, .isWritten, .command(_, .ping), .message(_, _, .pong): break
    case .command(let process, let command): note("\(who(process)) is told \(brief(command))")
    case .message(let process, _, let message): note("\(who(process)) says \(brief(message))")
    case .operation(let index): note("\(scenario.operations[index].kind)")
    default: note("\(happening)")
    }
  }

  private func who(_ process: Int) -> String {
    let (place, generation) = (processes[process].location, processes[process].generation)
    let worker = generation.isWorker ? ".\(generation.worker)" : ""
    return "\(scenario.locations[place].name)#\(generation.number)\(worker)"
  }

  private func brief(_ command: ControlPlane.Command) -> String {
    switch command {
    case .execute(let command): "execute \(command.attempt)"
    case .cancel(let attempt): "cancel \(attempt)"
    case .initialize, .definitions, .ping, .shutdown: "\(command)"
    }
  }

  private func brief(_ message: ProcessMessage) -> String {
    switch message {
    case .event(let attempt, let payload): "\(payload.kind) of \(attempt)"
    case .answer(let attempt, let outcome): "\(outcome) to \(attempt)"
    case .initialized, .loaded, .pong, .broke: "\(message)"
    }
  }
}
