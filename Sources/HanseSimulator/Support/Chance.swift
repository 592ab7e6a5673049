import HanseCore

/// Random choices that a seed gives again.
package struct Chance: Sendable {
  private var source: RandomSource

  package init(seed: UInt64) { source = RandomSource(seed: seed) }

  /// A stream of its own for one part of the world.
  ///
  /// What one part draws then changes nothing for the others, so a fault that is left out leaves
  /// everything else as it was.
  package init(seed: UInt64, stream: UInt64) {
    var mixer = RandomSource(seed: seed ^ (stream &* 0xD6E8_FEB8_6659_FD93))
    source = RandomSource(seed: mixer.next())
  }

  package mutating func below(_ limit: Int) -> Int { Int(source.next() % UInt64(limit)) }
  package mutating func isHeads(oneIn sides: Int) -> Bool { below(sides) == 0 }
  package mutating func fraction() -> Double { source.fraction() }
  package mutating func seed() -> UInt64 { source.next() }

  /// True with a probability from 0 to 1; always draws.
  package mutating func happens(_ probability: Double) -> Bool { source.fraction() < probability }

  package mutating func between(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// A duration between two, with short ones as likely as long ones on a logarithmic scale.
  package mutating func nanoseconds(from least: Int64, to most: Int64) -> Int64 {
    guard most > least else {
      _ = source.next()
      return least
    }
    // Doublings are cheap: an octave at random, and a place in it.
    let octaves = 64 - (most / max(least, 1)).leadingZeroBitCount
    let octave = Int64(1) << Int64(below(max(octaves, 1)))
    let low = min(least * octave, most)
    let high = min(low * 2, most)
    return low + Int64(source.next() % UInt64(high - low + 1))
  }

  package mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}
