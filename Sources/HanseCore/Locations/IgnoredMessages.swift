/// How much of what a location has said means nothing, by why.
///
/// What is ignored costs nobody anything; the counts show that something is wrong with it.
package struct IgnoredMessages: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Answers to nothing that is asked: never, no more, or a second time.
    case unaskedAnswers
    /// Answers about attempts that had ended before.
    case lateAnswers
    /// Notifications that this version does not know, and requests, which are the host's to make.
    case unknownMethods
    /// Notifications whose parameters cannot be read.
    case malformedNotifications
    /// Kinds of step events that this version does not know.
    case unknownEvents
    /// Events of attempts or assets that are not, or no longer, its own.
    case foreignEvents
  }

  private var counts: [Kind: Int] = [:]

  package init() {}

  package subscript(_ kind: Kind) -> Int { counts[kind] ?? 0 }

  /// Each reason that there has been, with how often.
  package var byKind: [Kind: Int] { counts }

  package var total: Int { counts.values.reduce(0, +) }

  package var isEmpty: Bool { counts.isEmpty }

  package mutating func note(_ kind: Kind) { counts[kind, default: 0] += 1 }

  package mutating func add(_ others: IgnoredMessages) {
    counts.merge(others.counts) { $0 + $1 }
  }
}
