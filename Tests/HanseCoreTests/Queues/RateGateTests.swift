import HanseCore
import HanseModel
import HanseSimulator
import Testing

@Suite struct RateGateTests {
  private func instant(_ milliseconds: Int64) -> HostInstant {
    HostInstant(nanoseconds: milliseconds * 1_000_000)
  }

  @Test func `a burst goes through, and then one for each interval`() {
    var gate = RateGate(.init(starts: 10, per: .seconds(1), burst: 3), at: instant(0))
    var taken: [Int64] = []
    for time in stride(from: Int64(0), to: 1000, by: 1) where gate.isOpen(at: instant(time)) {
      gate.take(at: instant(time))
      taken.append(time)
      while gate.isOpen(at: instant(time)) {
        gate.take(at: instant(time))
        taken.append(time)
      }
    }
    #expect(taken == [0, 0, 0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
  }

  @Test(arguments: [(1, 300), (1, 1_000_000), (1_000_000, 1_000_000)])
  func `a rate too slow to be counted is a rate all the same`(starts: Int, burst: Int) {
    let times: [Duration] = [
      .seconds(999_999_999 * 3600), .milliseconds(9_223_372_036_854), .milliseconds(Int64.max),
    ]
    let moments = [instant(0), HostInstant(nanoseconds: .max / 2)]
    for (per, now) in times.flatMap({ per in moments.map { (per, $0) } }) {
      let rate = RateLimit(starts: starts, per: per, burst: burst)
      var gate = RateGate(rate, at: now)
      for _ in 0..<3 where gate.isOpen(at: now) { gate.take(at: now) }
      #expect(gate.debt(at: now) > .zero)
      _ = gate.changed(to: rate, at: now).opensAt
    }
  }

  @Test func `no window ever holds more than a burst and what the rate allows in it`() {
    var chance = Chance(for: "no window ever holds more than a burst")
    for _ in 0..<50 {
      let rate = RateLimit(
        starts: 1 + chance.below(20),
        per: .milliseconds(100 + chance.below(3000)),
        burst: 1 + chance.below(10)
      )
      var gate = RateGate(rate, at: instant(0))
      var now: Int64 = 0
      var taken: [Int64] = []
      for _ in 0..<500 {
        now += Int64(chance.below(200))
        if gate.isOpen(at: instant(now)) {
          gate.take(at: instant(now))
          taken.append(now)
        } else {
          #expect(gate.opensAt > instant(now))
        }
      }
      let interval = Double(rate.per.wholeNanoseconds) / 1e6 / Double(rate.starts)
      for (first, start) in taken.enumerated() {
        for last in first..<min(taken.count, first + 60) {
          let allowed = Double(rate.burst) + Double(taken[last] - start) / interval
          #expect(Double(last - first + 1) <= allowed + 0.001)
        }
      }
    }
  }

  @Test func `a restart of the host brings neither a burst nor a stall`() {
    let rate = RateLimit(starts: 1, per: .seconds(1), burst: 5)
    var gate = RateGate(rate, at: instant(0))
    for _ in 0..<5 { gate.take(at: instant(0)) }
    #expect(gate.debt(at: instant(500)) == .milliseconds(4500))
    // The new host's clock has nothing to do with the old one's.
    var later = RateGate(rate, debt: gate.debt(at: instant(500)), at: instant(90_000))
    #expect(later.opensAt == instant(90_500))
    later.take(at: later.opensAt)
    #expect(later.opensAt == instant(91_500))
    // What nobody can owe is not believed.
    let absurd = RateGate(rate, debt: .seconds(1_000_000), at: instant(0))
    #expect(absurd.opensAt == instant(1000))
  }

  @Test func `a changed rate takes the debt with it`() {
    var gate = RateGate(.init(starts: 1, per: .seconds(10), burst: 1), at: instant(0))
    gate.take(at: instant(0))
    let faster = gate.changed(to: .init(starts: 10, per: .seconds(1), burst: 1), at: instant(0))
    #expect(faster.opensAt == instant(100))
  }
}
