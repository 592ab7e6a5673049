import Foundation

/// Finds waits that look again and again instead of following an event.
///
/// A wait in a test has a limit, for the case that what it waits for never comes: seconds at least,
/// and its outcome matters. A wait of less than a second in a loop, one whose outcome is thrown away
/// in a loop, and a deadline that is added up by hand are how one looks again a little later.
enum TimedWaits {
  /// The lines of code that poll, with their numbers from 1.
  ///
  /// - Parameter code: Swift without comments and without what stands between quotes.
  /// - Returns: Each such line, from the first on.
  static func polls(in code: String) -> [(line: Int, text: String)] {
    var found: [(line: Int, text: String)] = []
    var depth = 0
    /// How deep the braces are in which each loop around the present line began.
    var loops: [Int] = []
    var announcesLoop = false
    var parentheses = 0
    let patterns = Patterns()
    for (index, line) in code.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if patterns.beginsLoop(line) { (announcesLoop, parentheses) = (true, 0) }
      let isInLoop = !loops.isEmpty || announcesLoop
      if patterns.addsToClock(line) || isInLoop && patterns.poll(line) {
        found.append((index + 1, line.trimmingCharacters(in: .whitespaces)))
      }
      for byte in line.utf8 {
        switch UnicodeScalar(byte) {
        case "(": parentheses += 1
        case ")": parentheses -= 1
        case "{":
          // A closure in the loop's condition is not its body.
          if announcesLoop, parentheses <= 0 {
            loops.append(depth)
            announcesLoop = false
          }
          depth += 1
        case "}":
          depth -= 1
          if loops.last == depth { loops.removeLast() }
        default: break
        }
      }
    }
    return found
  }

  private struct Patterns {
    private let loop = /(^|[ \t}])(while|for|repeat)[ \t({]|\.forEach\b/
    private let deadlineByHand = /milliseconds\(\)\s*\+/
    private let shortLimit =
      /\b(for|after|within|limit|timeout): *\.(milliseconds|microseconds|nanoseconds)\(/
    private let shortNumber = /\b(upTo|until|limit)Milliseconds: *[1-9][0-9]{0,2}\b/
    private let ignoredOutcome =
      /_ = .*[. ]wait[A-Za-z]*\(.*\b(for|within|[a-z]*Milliseconds):/

    /// Words that every line has which a pattern fits: they are found much sooner.
    private static let loopWords = ["while", "for", "repeat"]

    func beginsLoop(_ line: Substring) -> Bool {
      Self.loopWords.contains { line.contains($0) } && line.contains(loop)
    }

    func addsToClock(_ line: Substring) -> Bool {
      line.contains("milliseconds()") && line.contains(deadlineByHand)
    }

    func poll(_ line: Substring) -> Bool {
      guard line.contains(":") else { return false }
      return line.contains(shortLimit) || line.contains(shortNumber)
        || line.contains(ignoredOutcome)
    }
  }
}
