import HanseCore
import HanseModel
import Testing

@Suite struct LocationStateMachineTests {
  typealias Machine = LocationStateMachine
  var driver = MachineDriver()

  @Test mutating func `a location starts, is asked for its definitions and serves`() {
    #expect(
      driver.take(.startRequested) == [
        .spawn(Generation(1)), .sendInitialize(Generation(1)), .wakeUp(at: .at(seconds: 10)),
      ]
    )
    #expect(
      driver.take(.initialized(Generation(1))) == [
        .sendDefinitionsRequest(Generation(1)), .wakeUp(at: .at(seconds: 30)),
      ]
    )
    #expect(
      driver.take(.loaded(Generation(1))) == [
        .publish(Generation(1)), .wakeUp(at: .at(seconds: 5)),
      ]
    )
    #expect(driver.machine.state == .running)
  }

  @Test mutating func `what another try cannot heal is quarantined at once, and costs no restart`()
  {
    driver.take(.startRequested)
    let missing = Machine.Event.spawnFailed(Generation(1), reason: "no TOKEN", code: .environment)
    #expect(
      driver.take(missing) == [.failed(Generation(1)), .wakeUp(at: .at(seconds: 300))]
    )
    #expect(driver.machine.state == .quarantined && driver.machine.fault == .environment)
    #expect(driver.machine.budget.restarts == 0)
    #expect(driver.take(.restartRequested).first == .spawn(Generation(2)))
    driver.answer()
    // It had not crashed: the first crash costs the first delay.
    driver.take(.exited(Generation(2), reason: "signal 11"))
    #expect(driver.machine.state == .backingOff)
  }

  @Test mutating func `a handshake that takes too long ends the process`() {
    driver.take(.startRequested)
    #expect(driver.wake(after: .seconds(10) - .nanoseconds(1)) == [])
    #expect(driver.wake(after: .nanoseconds(1)) == [.kill(Generation(1))])
    #expect(driver.machine.reason == "no answer to the handshake within 10s")
    #expect(driver.machine.state == .ending(.killed, then: .backOff))
    driver.take(.exited(Generation(1), reason: "signal 9"))
    #expect(driver.machine.state == .backingOff)
    #expect(driver.machine.reason == "no answer to the handshake within 10s")
  }

  @Test mutating func `definitions that take too long end the process`() {
    driver.take(.startRequested)
    driver.take(.initialized(Generation(1)))
    #expect(driver.wake(after: .seconds(29)) == [])
    #expect(driver.wake(after: .seconds(1)) == [.kill(Generation(1))])
    #expect(driver.machine.reason == "no definitions within 30s")
  }

  @Test mutating func `three unanswered pings end the process`() {
    driver.serve()
    for _ in 1...3 {
      #expect(driver.wake(after: .seconds(5)).first == .sendPing(driver.machine.generation))
    }
    #expect(driver.wake(after: .seconds(5)) == [.kill(Generation(1))])
    #expect(driver.machine.reason == "no answer to 3 pings in 15s")
  }

  @Test mutating func `a process that is stopped is ended as such in every state that waits`() {
    let suspended = "is stopped (SIGSTOP or a debugger): "
    driver.take(.startRequested)
    driver.take(.looked(Generation(1), isSuspended: true))
    #expect(driver.wake(after: .seconds(10)) == [.kill(Generation(1))])
    #expect(driver.machine.reason == suspended + "no answer to the handshake within 10s")
    #expect(driver.machine.fault == .suspended)
    driver.take(.exited(Generation(1), reason: "signal 9"))
    driver.wake(after: .seconds(1))
    driver.take(.initialized(Generation(2)))
    driver.take(.looked(Generation(2), isSuspended: true))
    #expect(driver.wake(after: .seconds(30)) == [.kill(Generation(2))])
    #expect(driver.machine.reason == suspended + "no definitions within 30s")
  }

  @Test mutating func `a process that was stopped and goes on is not called so`() {
    driver.take(.startRequested)
    driver.take(.looked(Generation(1), isSuspended: true))
    driver.take(.looked(Generation(1), isSuspended: false))
    driver.wake(after: .seconds(10))
    #expect(driver.machine.reason == "no answer to the handshake within 10s")
    #expect(driver.machine.fault == .handshakeTimedOut)
  }

  @Test mutating func `an answered ping forgives the missed ones before it`() {
    driver.serve()
    for _ in 1...10 {
      driver.wake(after: .seconds(5))
      driver.wake(after: .seconds(5))
      driver.take(.ponged(Generation(1)))
    }
    #expect(driver.machine.state == .running)
  }

  @Test mutating func `a process that dies before its handshake says so`() {
    driver.take(.startRequested)
    driver.take(.exited(Generation(1), reason: "exit status 1"))
    #expect(driver.machine.reason == "exit status 1 before the handshake")
    driver.wake(after: .seconds(1))
    driver.take(.initialized(Generation(2)))
    driver.take(.exited(Generation(2), reason: "exit status 1"))
    #expect(driver.machine.reason == "exit status 1 before its definitions were read")
  }

  @Test mutating func `a late exit of an old process is ignored`() {
    driver.serve()
    driver.take(.exited(Generation(1), reason: "exit status 1"))
    driver.wake(after: .seconds(1))
    let before = driver.machine.state
    #expect(driver.take(.exited(Generation(1), reason: "exit status 1")) == [])
    #expect(driver.machine.state == before)
  }

  @Test mutating func `a stop asks, then terminates, then kills, each after its time`() {
    driver.serve()
    #expect(driver.take(.stopRequested).first == .askToLeave(Generation(1)))
    #expect(driver.wake(after: .seconds(4)) == [])
    #expect(driver.wake(after: .seconds(1)).first == .terminate(Generation(1)))
    #expect(driver.wake(after: .seconds(5)) == [.kill(Generation(1))])
    #expect(driver.wake(after: .seconds(500)) == [])
    #expect(driver.take(.exited(Generation(1), reason: "signal 9")) == [])
    #expect(driver.machine.state == .stopped)
  }

  @Test mutating func `a restart asked for while backing off starts at once`() {
    driver.serve()
    driver.take(.exited(Generation(1), reason: "exit status 1"))
    #expect(driver.machine.state == .backingOff)
    #expect(driver.take(.restartRequested).first == .spawn(Generation(2)))
    #expect(driver.machine.budget.restarts == 0)
  }

  @Test mutating func `a restart starts the next process only after the exit of the last`() {
    driver.serve()
    #expect(driver.take(.restartRequested).first == .askToLeave(Generation(1)))
    #expect(driver.take(.startRequested) == [])
    #expect(driver.take(.exited(Generation(1), reason: "exit status 0")).first == .spawn(.init(2)))
  }

  @Test mutating func `a stop during a restart wins`() {
    driver.serve()
    driver.take(.restartRequested)
    driver.take(.stopRequested)
    #expect(driver.take(.exited(Generation(1), reason: "exit status 0")) == [])
    #expect(driver.machine.state == .stopped)
  }

  @Test mutating func `a process ended for a step is no crash and starts anew at once`() {
    for round in 1...10 {
      if round == 1 { driver.serve() } else { driver.answer() }
      let generation = Generation(round)
      #expect(driver.take(.endRequested(generation, reason: "stuck")) == [.kill(generation)])
      let next = driver.take(.exited(generation, reason: "signal 9"))
      #expect(next.first == .spawn(generation.next))
    }
    #expect(driver.machine.budget.restarts == 0)
  }

  @Test mutating func `a process that leaves slowly is killed when a step has to end`() {
    driver.serve()
    driver.take(.restartRequested)
    #expect(driver.take(.endRequested(Generation(1), reason: "stuck")) == [.kill(Generation(1))])
    #expect(driver.machine.state == .ending(.killed, then: .start))
  }

  @Test mutating func `hanging after hours of health starts the delay anew`() {
    driver.serve()
    for _ in 1...3 {
      driver.take(.exited(driver.machine.generation, reason: "exit status 1"))
      driver.untilNextTry()
      driver.answer()
    }
    #expect(driver.machine.budget.restarts == 3)
    driver.now = driver.now + .seconds(7200)
    driver.take(.broke(driver.machine.generation, reason: "no answer"))
    driver.now = driver.now + .seconds(1)
    driver.take(.exited(driver.machine.generation, reason: "signal 9"))
    #expect(driver.machine.budget.restarts == 1)
  }

  @Test mutating func `a spawn that fails while a stop is asked for ends in a stop`() {
    driver.take(.startRequested)
    driver.take(.stopRequested)
    #expect(driver.take(.spawnFailed(Generation(1), reason: "no such file")) == [])
    #expect(driver.machine.state == .stopped)
  }

  @Test mutating func `five crashes quarantine, and then it is tried once every five minutes`() {
    driver.take(.startRequested)
    for crash in 1...5 {
      driver.take(.exited(driver.machine.generation, reason: "exit status 1"))
      #expect((driver.machine.state == .quarantined) == (crash == 5))
      if crash < 5 { driver.untilNextTry() }
    }
    for _ in 1...4 {
      #expect(driver.machine.deadline == driver.now + .seconds(300))
      #expect(driver.wake(after: .seconds(299)) == [])
      #expect(driver.wake(after: .seconds(1)).first == .spawn(driver.machine.generation))
      driver.take(.exited(driver.machine.generation, reason: "exit status 1"))
      #expect(driver.machine.state == .quarantined)
    }
  }

  @Test mutating func `a minute of health after quarantine makes a crash an ordinary one`() {
    driver.take(.startRequested)
    for _ in 1...5 {
      driver.take(.exited(driver.machine.generation, reason: "exit status 1"))
      driver.untilNextTry()
    }
    driver.answer()
    driver.now = driver.now + .seconds(60)
    driver.take(.exited(driver.machine.generation, reason: "exit status 1"))
    #expect(driver.machine.state == .backingOff)
    #expect(driver.machine.budget.restarts == 1)
  }

  @Test(arguments: [LocationStateMachine.Event.stopRequested, .drainRequested])
  mutating func `who is disabled stays so when it is asked to stop besides`(
    request: LocationStateMachine.Event
  ) {
    driver.serve()
    driver.take(.disableRequested)
    driver.take(request)
    driver.take(.drained(driver.machine.generation))
    driver.take(.exited(driver.machine.generation, reason: "exit status 0"))
    #expect(driver.machine.state == .disabled)
  }

  @Test mutating func `a disabled location starts only when somebody asks for a start`() {
    driver = MachineDriver(isEnabled: false)
    #expect(driver.take(.restartRequested) == [])
    #expect(driver.take(.stopRequested) == [])
    #expect(driver.machine.state == .disabled)
    #expect(driver.take(.startRequested).first == .spawn(Generation(1)))
  }
}
