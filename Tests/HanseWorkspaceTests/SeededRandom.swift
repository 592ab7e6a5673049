import HanseSystem

/// A generator (SplitMix64) whose seed comes from HANSE_SEED, or is drawn.
struct SeededRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init() {
    let given = Environment.value("HANSE_SEED").flatMap { UInt64($0) }
    seed = given ?? UInt64.random(in: 0 ... .max)
    state = seed
    // A crash shows nothing else.
    print(comment)
  }

  /// What a failure shows, so that it can be had again.
  var comment: String { "HANSE_SEED=\(seed)" }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
