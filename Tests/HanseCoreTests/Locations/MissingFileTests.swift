import HanseCore
import HanseModel
import Testing

/// What a host runs whose location's file is gone when it starts, and what when that is back.
@Suite struct MissingFileTests {
  typealias Event = LocationSupervisor.Event
  typealias Program = LocationProgram

  private static let gone = Event.binaryUnusable(reason: "its executable is gone")

  private static func failure(
    _ generation: Int = 3,
    _ code: FaultCode = .executableMissing
  ) -> Event {
    .process(.spawnFailed(Generation(generation), reason: "there is no file", code: code))
  }

  /// A location that the hosts before have run as "one" and then as "two", and that this one starts.
  private static func started(
    pin: BinaryDigest? = nil,
    required: BinaryDigest? = nil
  ) -> LocationSupervisor {
    var supervisor = LocationSupervisor(
      generation: Generation(2),
      isEnabled: true,
      rules: RestartRules(),
      limits: LocationStateMachine.Limits(),
      served: [
        ServedBinary(digest: "one", generation: Generation(1)),
        ServedBinary(digest: "two", generation: Generation(2)),
      ],
      pin: pin,
      required: required,
      at: .at(seconds: 0)
    )
    take([.process(.startRequested)], &supervisor)
    return supervisor
  }

  @discardableResult
  private static func take(
    _ events: [Event],
    _ supervisor: inout LocationSupervisor
  ) -> [LocationSupervisor.Action] {
    events.flatMap { event in
      supervisor.handle(
        event,
        at: .init(now: .at(seconds: 1), wall: Timestamp(milliseconds: 0), random: 0.5)
      )
    }
  }

  private func program(_ supervisor: LocationSupervisor) -> Program? {
    supervisor.programs[supervisor.serving.generation]
  }

  @Test(arguments: [[failure(), gone], [gone, failure()]])
  func `the copy of what served last is started at once, whatever is known first`(
    events: [Event]
  ) {
    var supervisor = Self.started()
    #expect(program(supervisor) == Program())
    let actions = Self.take(events, &supervisor)
    #expect(
      actions.contains(
        .failed(Generation(3), reason: "there is no file", code: .executableMissing)
      )
    )
    #expect(supervisor.serving.state == .starting)
    #expect(supervisor.serving.generation == Generation(4))
    #expect(program(supervisor) == Program(digest: "two", isKept: true))
  }

  @Test func `a file that nobody can watch is run all the same, as long as it can be`() {
    var supervisor = Self.started()
    Self.take([.binaryUnusable(reason: "executables cannot be watched")], &supervisor)
    Self.take([.process(.restartRequested)], &supervisor)
    Self.take([.process(.exited(Generation(3), reason: "asked", code: nil))], &supervisor)
    #expect(supervisor.serving.generation == Generation(4))
    #expect(program(supervisor) == Program())
    Self.take([Self.failure(4)], &supervisor)
    #expect(program(supervisor) == Program(digest: "two", isKept: true))
  }

  @Test func `a copy does not stand for a program that failed for another reason`() {
    var supervisor = Self.started()
    Self.take([Self.failure(3, .environment), Self.gone], &supervisor)
    #expect(supervisor.serving.state == .quarantined)
    #expect(supervisor.serving.generation == Generation(3))
  }

  @Test func `a copy that fails in its turn is not started anew by each further look`() {
    var supervisor = Self.started()
    Self.take([Self.failure(), Self.gone, Self.failure(4)], &supervisor)
    #expect(supervisor.serving.state == .quarantined)
    #expect(Self.take([Self.gone], &supervisor) == [])
  }

  @Test func `only the copy is run that somebody chose, or that the entry allows`() {
    let pinned = Self.started(pin: "one")
    #expect(program(pinned) == Program(digest: "one", isKept: true))
    var required = Self.started(required: "one")
    Self.take([Self.failure(), Self.gone], &required)
    #expect(program(required) == Program(digest: "one", isKept: true))
    var strange = Self.started(required: "three")
    Self.take([Self.failure(), Self.gone], &strange)
    #expect(strange.serving.state == .quarantined)
    #expect(strange.serving.generation == Generation(3))
  }

  @Test(arguments: ["three", "one"] as [BinaryDigest])
  func `a file that is put back is taken up beside the copy, as any new one`(file: BinaryDigest) {
    var supervisor = Self.started()
    Self.take([Self.failure(), Self.gone], &supervisor)
    let serving = Generation(4)
    Self.take([.process(.initialized(serving)), .process(.loaded(serving))], &supervisor)
    Self.take([.binarySeen(file)], &supervisor)
    #expect(supervisor.serving.state == .running)
    #expect(supervisor.candidate?.generation == Generation(5))
    #expect(supervisor.programs[Generation(5)] == Program(digest: file))
    #expect(supervisor.binaries.problem == nil)
  }

  @Test func `a file that was made executable before the first look at it is started`() {
    var supervisor = Self.started()
    Self.take([Self.failure(3, .executableDenied)], &supervisor)
    Self.take([.binarySeen("two", startedFrom: [Generation(3)])], &supervisor)
    #expect(supervisor.serving.state == .starting)
    #expect(program(supervisor) == Program(digest: "two"))
  }

  @Test func `a file that is put back as what its copy is changes nothing`() {
    var supervisor = Self.started()
    Self.take([Self.failure(), Self.gone], &supervisor)
    let serving = Generation(4)
    Self.take([.process(.initialized(serving)), .process(.loaded(serving))], &supervisor)
    Self.take([.binarySeen("two")], &supervisor)
    #expect(supervisor.serving.state == .running && supervisor.candidate == nil)
    // The next process is started from the file again.
    #expect(supervisor.binaries.next == Program(digest: "two"))
  }
}
