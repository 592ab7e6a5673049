import HanseSystem

/// Random numbers that a failed test can be repeated with.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The generator of one round of a test; the seed is printed, and taken from `HANSE_SEED`.
  static func forTest(_ round: Int) -> SeededRandom {
    let seed = Environment.value("HANSE_SEED").flatMap { UInt64($0) } ?? Random.uint64()
    print("HANSE_SEED=\(seed) (round \(round))")
    return SeededRandom(seed: seed &+ UInt64(round))
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
