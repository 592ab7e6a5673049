import HanseSystem

/// A source of random numbers that repeats itself for a seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// The seed to repeat a run with, or new ones; Swift Testing prints the one that fails.
  static var seeds: [UInt64] {
    if let seed = Environment.value("HANSE_SEED").flatMap({ UInt64($0) }) {
      return [seed]
    }
    return (0..<100).map { _ in UInt64.random(in: 0...999_999_999) }
  }
}
