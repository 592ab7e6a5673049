import HanseCore
import HanseModel
import HanseSimulator
import Testing

@Suite struct TimerQueueTests {
  @Test func `timers come in the order of their times, and equal ones in the order added`() {
    var chance = Chance(for: "timers come in order")
    var queue = TimerQueue<Int>()
    var expected: [(at: Int64, key: Int)] = []
    for key in 0..<2000 {
      let at = Int64(chance.below(300))
      queue.add(key, at: .at(seconds: at))
      expected.append((at, key))
      if key == 1000 {
        queue.sweep { key, _ in key % 3 != 0 }
        expected.removeAll { $0.key % 3 == 0 }
      }
    }
    #expect(queue.count == expected.count)
    expected.sort { ($0.at, $0.key) < ($1.at, $1.key) }
    var popped: [Int] = []
    for second in 0..<Int64(300) {
      while let key = queue.popDue(at: .at(seconds: second)) { popped.append(key) }
      #expect(queue.next.map { $0 > .at(seconds: second) } ?? true)
    }
    #expect(popped == expected.map(\.key))
  }

  @Test func `nothing is due before its time`() {
    var queue = TimerQueue<String>()
    queue.add("later", at: .at(seconds: 2))
    #expect(queue.popDue(at: .at(seconds: 1)) == nil)
    #expect(queue.next == .at(seconds: 2))
    #expect(queue.popDue(at: .at(seconds: 2)) == "later")
    #expect(queue.popDue(at: .at(seconds: 9)) == nil)
  }
}
