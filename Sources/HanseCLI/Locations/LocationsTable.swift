import HanseAPI
import HanseHost
import HanseModel

/// The locations as a table.
enum LocationsTable {
  static func make(_ locations: [LocationDocument]) -> Table {
    var table = Table([
      .init("LOCATION"), .init("STATE"), .init("ASSETS", isRightAligned: true),
      .init("CHECKS", isRightAligned: true), .init("STEPS", isRightAligned: true),
      .init("SINCE"), .init("NOTE", shrinksTo: 20),
    ])
    for location in locations {
      table.add(
        .init(location.name.text, .bold),
        .init(location.state.rawValue, style(of: location.state)),
        .init("\(location.assetCount)"),
        .init("\(location.checkCount)"),
        .init("\(location.stepsRunning)/\(location.concurrentSteps)"),
        .init(location.since.map(TimeText.clock) ?? ""),
        .init(note(on: location))
      )
    }
    return table
  }

  static func style(of state: LocationStatus.State) -> Style {
    switch state {
    case .running: .good
    case .starting, .loading, .draining: .caution
    case .backingOff, .quarantined, .invalid: .bad
    case .disabled, .stopped: .faint
    }
  }

  private static func note(on location: LocationDocument) -> String {
    var parts: [String] = []
    if let reason = location.reason, location.state != .running { parts.append(reason) }
    if let next = location.nextTryAt { parts.append(ListingMessages.nextTry(next)) }
    if location.isStale { parts.append(ListingMessages.isStale) }
    if location.runsKeptBinary { parts.append(ListingMessages.runsKeptBinary) }
    if let problem = location.fileProblem { parts.append(problem) }
    if let rejection = location.rejection {
      parts.append(LocationMessages.rejectedNote(rejection))
    }
    return parts.joined(separator: "; ")
  }
}
