import HanseHost
import HanseModel

/// Why steps have not started, for people.
enum ExplanationPage {
  static func lines(
    _ explanations: [StepExplanation],
    width: Int?,
    paint: Paint
  ) -> [String] {
    Array(explanations.map { lines($0, width: width, paint: paint) }.joined(separator: [""]))
  }

  private static func lines(
    _ found: StepExplanation,
    width: Int?,
    paint: Paint
  ) -> [String] {
    let title = QueueMessages.step(found)
    var lines = ["\(paint(title, .bold)): \(found.reason.visibleLine)"]
    let facts = facts(found)
    let widest = facts.map { $0.0.count }.max() ?? 0
    lines += facts.map { label, value in
      let blanks = String(repeating: " ", count: widest - label.count + 2)
      return "  \(paint(label, .faint))\(blanks)\(value.visibleLine)"
    }
    if !found.limits.isEmpty {
      let rows = table(found.limits).lines(width: width.map { $0 - 2 }, paint: paint)
      lines += rows.map { "  \($0)" }
    }
    for limit in found.limits where limit.blocks {
      lines += limit.holders.map { "  \(QueueMessages.holds($0, limit).visibleLine)" }
    }
    return lines
  }

  private static func facts(_ found: StepExplanation) -> [(String, String)] {
    let labels = QueueMessages.labels
    var facts = [(labels.location, found.location.text)]
    if !found.queue.isEmpty {
      facts.append((labels.queue, QueueMessages.standing(found.queue, found.priority)))
    }
    if let since = found.since {
      let label = found.status == .running ? labels.started : labels.ready
      facts.append((label, TimeText.full(since)))
    }
    if let ahead = found.ahead { facts.append((labels.position, QueueMessages.position(ahead))) }
    if !found.followers.isEmpty {
      let more = found.followerCount - found.followers.count
      facts.append((labels.followers, QueueMessages.followers(found.followers, more: more)))
    }
    if found.isReserved {
      facts.append((labels.passed, QueueMessages.isReserved))
    } else if let passes = found.passes, let most = found.passesAllowed {
      facts.append((labels.passed, QueueMessages.passed(passes, of: most)))
    }
    if !found.upstream.isEmpty {
      let more = found.upstreamCount - found.upstream.count
      facts.append((labels.upstream, QueueMessages.upstream(found.upstream, more: more)))
    }
    if let next = found.nextAttempt { facts.append((labels.next, TimeText.full(next))) }
    if let start = found.estimatedStart {
      facts.append((labels.starts, QueueMessages.estimate(start, found.estimate ?? "")))
    } else if let estimate = found.estimate {
      facts.append((labels.starts, estimate))
    }
    return facts
  }

  private static func table(_ limits: [LimitReport]) -> Table {
    var table = Table([
      .init("LIMIT"), .init("NAME", shrinksTo: 12), .init("TAKEN", isRightAligned: true),
      .init("NEEDS", isRightAligned: true), .init("BLOCKS"), .init("NOTE", shrinksTo: 20),
    ])
    for limit in limits {
      table.add(
        .init(limit.kind.rawValue, .faint),
        .init(limit.name, .bold),
        .init(QueuePage.taken(limit)),
        .init("\(limit.needs ?? 1)"),
        limit.blocks ? .init(QueueMessages.blocks, .bad) : .init(QueueMessages.lets, .good),
        .init(QueuePage.state(of: limit).joined(separator: "; "))
      )
    }
    return table
  }
}
