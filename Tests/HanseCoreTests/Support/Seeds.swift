import HanseCore
import HanseSystem

/// Random choices of a test that its printed seed gives again.
struct Chance {
  private var source: RandomSource

  /// A seed from HANSE_SEED, or drawn anew; printed, so that a failure can be seen again.
  init(for test: String) {
    let seed = Environment.value("HANSE_SEED").flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    print("\(test): HANSE_SEED=\(seed)")
    source = RandomSource(seed: seed)
  }

  mutating func below(_ limit: Int) -> Int { Int(source.next() % UInt64(limit)) }
  mutating func isHeads(oneIn sides: Int) -> Bool { below(sides) == 0 }
  mutating func fraction() -> Double { source.fraction() }
  mutating func seed() -> UInt64 { source.next() }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}
