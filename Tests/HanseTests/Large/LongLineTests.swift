import HanseSystem
import HanseWire
import Testing

@Suite(.timeLimit(.minutes(10))) struct LongLineTests {
  @Test func `a line over the limit ends the location, which says so`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    // The location may end before it has read all of it.
    do { try location.send(String(repeating: "x", count: (64 << 20) + 1)) } catch {}
    location.hangUp()
    #expect(try location.exitStatus() == .exited(1))
    #expect(
      location.errorContains(
        "hanse: the host sent a line of more than 67108864 bytes, the limit; serving ends\n"
      )
    )
  }
}
