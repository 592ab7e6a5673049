import HanseModel
import HanseSystem
import HanseWire
import Testing

/// The end of a served location, as its resources see it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ResourceClosingTests {
  /// What the host does to end a location.
  enum End: CaseIterable { case shutdown, hangUp }

  /// Ends the location and returns what its resources said, in order.
  private func end(_ location: LocationClient, by end: End) throws -> [String] {
    switch end {
    case .shutdown:
      try location.send(.shutdown(id: 99))
      _ = try location.result(99, as: Nothing.self)
    case .hangUp: location.hangUp()
    }
    #expect(try location.exitStatus() == .exited(0))
    location.finish()
    let words: Set<Substring> = ["opened", "closed", "let"]
    return location.errorText.split(separator: "\n").filter { line in
      line.split(separator: " ").first.map(words.contains) ?? false
    }.map(String.init)
  }

  private func waitForWord(
    _ text: String,
    of attempt: AttemptID,
    from location: LocationClient
  ) throws {
    let isTold = try location.first("word of the body") { body -> Bool? in
      guard case .stepEvent(let notice) = body, notice.attempt == attempt,
        case .logged(let record) = notice.event
      else { return nil }
      return record.message == text
    }
    #expect(isTold)
  }

  @Test(arguments: End.allCases)
  func `the resources that were opened are closed at the end, the latest first`(way: End) throws {
    let location = try LocationClient.fixture("resources")
    try location.initialize()
    try location.execute(2, "fixture/opens")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    #expect(location.errorContains("opened first\n"))
    #expect(
      try end(location, by: way) == [
        "opened second", "opened first", "closed first", "closed second",
      ]
    )
  }

  @Test(arguments: End.allCases)
  func `a resource is closed after the step that still used it has ended`(way: End) throws {
    let location = try LocationClient.fixture("resources")
    try location.initialize()
    try location.execute(2, "fixture/opens")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    let attempt = try location.execute(3, "fixture/holds")
    try waitForWord("holding first", of: attempt, from: location)
    #expect(
      try end(location, by: way) == [
        "opened second", "opened first", "let go of first", "closed first", "closed second",
      ]
    )
    if way == .shutdown {
      #expect(try location.result(3, as: StepOutcome.self) == .canceled)
    }
  }

  @Test func `what nobody asked for is neither opened nor closed`() throws {
    let location = try LocationClient.fixture("resources")
    try location.initialize()
    let resources = try location.definitions().pages.flatMap(\.definitions.resources)
    #expect(resources == ["first", "second", "unused"])
    try location.execute(2, "fixture/ok")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    #expect(try end(location, by: .shutdown) == [])
  }

  @Test func `a body that does not end keeps what it may be using open`() throws {
    let location = try LocationClient.fixture("resources")
    try location.initialize()
    try location.execute(2, "fixture/opens")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    let attempt = try location.execute(3, "fixture/block")
    try waitForWord("blocking", of: attempt, from: location)
    #expect(try end(location, by: .hangUp) == ["opened second", "opened first"])
  }
}
