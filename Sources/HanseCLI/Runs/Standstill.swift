import HanseAPI
import HanseModel

/// Notices that a watched run has had nothing to do for a while, and says why, for those who read
/// a log: on a terminal each step shows at all times what it waits for.
///
/// Pure: told what happens and what time it is, in milliseconds of one clock.
struct Standstill: Hashable, Sendable {
  /// Steps of one location that wait for the same.
  struct Wait: Hashable, Sendable {
    /// The first of them in the plan.
    var step: StepKey
    var location: LocationName
    var reason: String
    /// How many there are beside it.
    var others: Int
  }

  /// Shorter waits, such as those for a slot, are everyday life.
  static let patience = Duration.seconds(5)

  private var nextLook: UInt64
  /// What was said since the last step started.
  private var told: Set<[String]> = []

  init(at moment: UInt64) { nextLook = Self.look(after: moment) }

  /// Takes note that something has happened in the run.
  mutating func noteEvent(startsStep: Bool, at moment: UInt64) {
    nextLook = Self.look(after: moment)
    if startsStep { told = [] }
  }

  /// Whether it is time to ask the host why nothing happens.
  func isDue(at moment: UInt64) -> Bool { moment >= nextLook }

  /// Takes the host's answer.
  ///
  /// - Parameters:
  ///   - run: The run as the host knows it.
  ///   - moment: When it has answered.
  /// - Returns: What the run waits for and was not said before; nothing while a step runs.
  mutating func waits(of run: RunDetailDocument, at moment: UInt64) -> [Wait] {
    nextLook = Self.look(after: moment)
    if run.steps.contains(where: { $0.status == .running }) { return [] }
    var found: [Wait] = []
    var positions: [[String]: Int] = [:]
    for step in run.steps {
      guard let reason = step.held else { continue }
      let key = [step.location.text, Self.withoutNumbers(reason)]
      if let position = positions[key] {
        found[position].others += 1
      } else if told.insert(key).inserted {
        positions[key] = found.count
        found.append(Wait(step: step.key, location: step.location, reason: reason, others: 0))
      }
    }
    return found
  }

  private static func look(after moment: UInt64) -> UInt64 {
    moment + UInt64(patience.wholeMilliseconds)
  }

  /// A reason counts as the same while only its numbers change: how many are before a step, or how
  /// long a rate is used up.
  private static func withoutNumbers(_ reason: String) -> String {
    reason.split(separator: " ").filter { !isNumber($0) }.joined(separator: " ")
  }

  /// Whether a word is a number, or a time such as `1.2s`, and not a name that begins with one.
  private static func isNumber(_ word: Substring) -> Bool {
    let digits = word.drop { "(".contains($0) }
    let rest = digits.drop { $0.isASCII && $0.isNumber || $0 == "." }
    return rest.startIndex > digits.startIndex
      && ["", "ms", "s", "m", "h"].contains(rest.prefix { $0.isLetter })
  }
}
