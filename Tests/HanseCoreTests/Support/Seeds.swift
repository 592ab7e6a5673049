import HanseSimulator
import HanseSystem

extension Chance {
  /// A seed from HANSE_SEED, or drawn anew; printed, so that a failure can be seen again.
  init(for test: String) {
    let seed = Environment.value("HANSE_SEED").flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    print("\(test): HANSE_SEED=\(seed)")
    self.init(seed: seed)
  }
}
