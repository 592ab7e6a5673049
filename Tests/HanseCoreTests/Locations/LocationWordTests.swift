import HanseCore
import HanseModel
import HanseSimulator
import HanseSystem
import Testing

/// Every word of events up to a length, and what must hold after each of its letters.
@Suite struct LocationWordTests {
  typealias Machine = LocationStateMachine

  /// One letter of a word; events name the present process or the one before it.
  enum Letter: CaseIterable {
    case start, stop, restart, drain, disable, drained, looked, held, released
    case spawnFailed, initialized, loaded, broke, endRequested, ponged, exited
    case lateInitialized, lateExited
    case wokeEarly, wokeAtDeadline

    func event(_ generation: Generation) -> Machine.Event {
      let old = Generation(generation.number - 1)
      return switch self {
      case .start: .startRequested
      case .stop: .stopRequested
      case .restart: .restartRequested
      case .drain: .drainRequested
      case .disable: .disableRequested
      case .drained: .drained(generation)
      case .looked: .looked(generation, isSuspended: true)
      case .held: .held(generation, true)
      case .released: .held(generation, false)
      case .spawnFailed: .spawnFailed(generation, reason: "no such file")
      case .initialized: .initialized(generation)
      case .loaded: .loaded(generation)
      case .broke: .broke(generation, reason: "broke")
      case .endRequested: .endRequested(generation, reason: "stuck")
      case .ponged: .ponged(generation)
      case .exited: .exited(generation, reason: "exit status 1")
      case .lateInitialized: .initialized(old)
      case .lateExited: .exited(old, reason: "exit status 1")
      case .wokeEarly, .wokeAtDeadline: .wokeUp
      }
    }
  }

  /// A machine, and what is known of its world: whether a process of ours may live, and whether it
  /// has answered.
  struct World: Hashable {
    var driver = MachineDriver(rules: RestartRules(maxCrashes: 2))
    var mayLive = false
    var hasAnswered = false

    /// Whether the letter can happen: a process does not exit twice, nor fail to spawn once it spoke.
    func allows(_ letter: Letter) -> Bool {
      switch letter {
      case .exited, .ponged, .initialized, .loaded, .broke, .looked, .held, .released: mayLive
      case .spawnFailed: mayLive && !hasAnswered
      case .wokeAtDeadline: driver.machine.deadline != nil
      case .start, .stop, .restart, .drain, .disable, .drained, .endRequested, .lateInitialized,
        .lateExited, .wokeEarly:
        true
      }
    }

    /// Takes a letter, and returns what it broke.
    mutating func take(_ letter: Letter) -> String? {
      let before = driver.machine
      if letter == .wokeAtDeadline, let deadline = before.deadline {
        driver.now = max(driver.now, deadline)
      }
      switch letter {
      case .exited, .spawnFailed: mayLive = false
      case .initialized, .loaded, .ponged: hasAnswered = true
      default: break
      }
      for action in driver.take(letter.event(before.generation)) {
        switch action {
        case .spawn(let generation):
          if mayLive { return "spawned \(generation) beside a living process" }
          if generation != before.generation.next { return "did not count up to \(generation)" }
          (mayLive, hasAnswered) = (true, false)
        case .kill(let named), .terminate(let named), .askToLeave(let named), .sendPing(let named),
          .sendDefinitionsRequest(let named), .publish(let named), .sendInitialize(let named):
          if named != driver.machine.generation || !mayLive { return "\(action) of no process" }
        case .failed(let named):
          if named != driver.machine.generation { return "\(action) of another process" }
        case .wakeUp(let instant):
          if instant != driver.machine.deadline { return "wakes up for nothing" }
        }
      }
      return broken(before, letter)
    }

    private func broken(_ before: Machine, _ letter: Letter) -> String? {
      let machine = driver.machine
      switch machine.state {
      case .disabled, .stopped, .ending(.killed, _):
        if machine.deadline != nil { return "waits for a time in \(machine.state)" }
      case .starting, .loading, .running, .draining, .backingOff, .quarantined, .ending:
        if machine.deadline == nil { return "waits for no time in \(machine.state)" }
      }
      switch machine.state {
      case .disabled, .stopped, .backingOff, .quarantined:
        if mayLive { return "\(machine.state) with a living process" }
      case .starting, .loading, .running, .draining, .ending:
        if !mayLive { return "\(machine.state) without a process" }
      }
      if case .ending(let old, _) = before.state, case .ending(let new, _) = machine.state,
        new.rank < old.rank
      {
        return "went back from \(old) to \(new)"
      }
      if letter == .lateExited || letter == .lateInitialized, machine.state != before.state {
        return "moved by news of an old process"
      }
      return nil
    }

    /// Whether a stop now, followed by the exit, ends in `stopped`, or where it is to be disabled in
    /// that.
    func stops() -> Bool {
      var end = self
      if end.driver.machine.state == .disabled { return true }
      _ = end.take(.stop)
      if end.mayLive { _ = end.take(.exited) }
      return [.stopped, .disabled].contains(end.driver.machine.state)
    }
  }

  /// Words that lead to the same world have the same continuations, so each world is looked at once.
  @Test func `no word of six events breaks a promise of the machine`() {
    var worlds: [World: (count: Int, first: [Letter])] = [World(): (1, [])]
    var words = 0
    var faults: [String] = []
    for _ in 0..<6 {
      var reached: [World: (count: Int, first: [Letter])] = [:]
      for (world, way) in worlds where faults.count < 10 {
        for letter in Letter.allCases where world.allows(letter) {
          var next = world
          let word = way.first + [letter]
          words += way.count
          if let fault = next.take(letter) { faults.append("\(word): \(fault)") }
          if !next.stops() { faults.append("\(word): does not stop") }
          reached[next, default: (0, word)].count += way.count
        }
      }
      worlds = reached
    }
    #expect(faults == [])
    #expect(words > 5_000_000, "\(words)")
  }

  @Test func `long random words break no promise of the machine`() {
    var chance = Chance(for: "long random words")
    for _ in 0..<200 {
      var world = World()
      var word: [Letter] = []
      for _ in 0..<200 {
        guard let letter = chance.pick(Letter.allCases.filter(world.allows)) else { break }
        word.append(letter)
        let fault = world.take(letter)
        #expect(fault == nil, "\(word)")
        if fault != nil { return }
      }
      #expect(world.stops(), "\(word)")
    }
  }

  @Test func `what each state's comment says it goes to is what can be reached`() throws {
    var reached: [String: Set<String>] = [:]
    var seen: Set<String> = []
    func walk(_ world: World, _ depth: Int) {
      let machine = world.driver.machine
      let from = machine.state.word
      // Depth matters only for how many crashes and pings have been counted.
      let key = "\(machine.state) \(machine.budget.restarts) \(world.hasAnswered) \(depth)"
      guard depth < 12, seen.insert(key).inserted else { return }
      for letter in Letter.allCases where world.allows(letter) {
        var next = world
        _ = next.take(letter)
        let to = next.driver.machine.state.word
        if to != from { reached[from, default: []].insert(to) }
        walk(next, depth + 1)
      }
    }
    walk(World(), 0)
    walk(World(driver: MachineDriver(isEnabled: false)), 0)
    #expect(reached == (try documentedTransitions()))
  }

  /// The states that the comment of each state in the source names behind "Goes to".
  private func documentedTransitions() throws -> [String: Set<String>] {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let path = "/\(root)/Sources/HanseCore/Locations/LocationStateMachine.swift"
    let source = String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
    var documented: [String: Set<String>] = [:]
    var comment = ""
    for line in source.split(separator: "\n").drop(while: { !$0.contains("enum State") })
      .dropFirst()
    {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") {
        comment += text.dropFirst(3)
      } else if text.hasPrefix("case ") {
        let name = text.dropFirst(5).prefix { $0.isLetter }
        let goals = comment.split(separator: "Goes to").last ?? ""
        let names = goals.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        documented[String(name)] = Set(
          names.filter { $0.offset % 2 == 1 }.map { String($0.element) }
        )
        comment = ""
      } else {
        break
      }
    }
    return documented
  }
}

extension LocationStateMachine.Teardown {
  fileprivate var rank: Int {
    switch self {
    case .asked: 0
    case .terminated: 1
    case .killed: 2
    }
  }
}

extension LocationStateMachine.State {
  /// The state's name without what it holds.
  fileprivate var word: String { String("\(self)".prefix { $0.isLetter }) }
}
