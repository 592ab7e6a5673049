import HanseAPI
import HanseGraph
import HanseHost
import HanseModel

/// The locations that a run has nothing of, though its selection may have meant them: they were
/// not loaded when it was launched, so nobody knows what they define.
struct MissingLocations: Hashable, Sendable {
  /// Those that the selection says the name of.
  var named: [LocationDocument] = []
  /// Those of which a pattern, an attribute or a neighbour may have been.
  var possible: [LocationDocument] = []

  init() {}

  /// - Parameters:
  ///   - locations: All locations, as they were when the run was launched.
  ///   - selection: What it was launched for.
  ///   - run: The run.
  init(_ locations: [LocationDocument], for selection: AssetSelection, in run: RunDetailDocument) {
    let made = run.steps.flatMap(\.assets)
    for location in locations where location.digest == nil {
      switch selection.concern(with: location.name, beside: made) {
      case .named: named.append(location)
      // What somebody has stopped or disabled is not missed.
      case .possible: if location.state.isWanted { possible.append(location) }
      case .none: break
      }
    }
  }

  func lines(_ paint: Paint) -> [String] {
    var lines = named.map { location in
      "\(paint(Messages.errorLabel, .bad)) \(RunMessages.namedButMissing(location).visibleLine)"
    }
    if !possible.isEmpty {
      let text = RunMessages.missing(possible).visibleLine
      lines.append("\(paint(Messages.warningLabel, .caution)) \(text)")
    }
    return lines
  }
}
