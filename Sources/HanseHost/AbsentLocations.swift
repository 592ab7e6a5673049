package import HanseGraph
import HanseModel

/// The locations of which nobody knows what they define, because they have never served.
///
/// An asset that is not found may well be one of theirs, so messages about it have to say so.
struct AbsentLocations {
  private static let shown = 3

  private let locations: [LocationStatus]

  init(_ all: [LocationStatus]) {
    locations = all.filter { $0.digest == nil && $0.state.isWanted }
  }

  /// What to say about keys that no location defines.
  ///
  /// - Parameter keys: The keys, as somebody wrote them.
  /// - Returns: The words, and whether a location of the key's first segment is among those that
  ///   are away: then it is most likely its own; nil when every location is known.
  func note(about keys: [String]) -> (text: String, isLikely: Bool)? {
    let segments = Set(keys.compactMap { $0.split(separator: "/").first.map(String.init) })
    let likely = locations.filter { segments.contains($0.name.text) }
    let named = likely.isEmpty ? locations : likely
    guard !named.isEmpty else { return nil }
    let parts = named.prefix(Self.shown).map { location in
      let why = location.reason.map { " (\($0))" } ?? ""
      return "location \"\(location.name)\" is \(location.state.rawValue)\(why), so its assets are "
        + "not known; see `hanse logs \(location.name)`"
    }
    let rest = named.count > Self.shown ? "; and \(named.count - Self.shown) more" : ""
    return (parts.joined(separator: "; ") + rest, !likely.isEmpty)
  }
}

extension LocationStatus.State {
  /// Whether it is meant to serve.
  package var isWanted: Bool {
    switch self {
    case .disabled, .stopped: false
    case .starting, .loading, .running, .backingOff, .quarantined, .draining, .invalid: true
    }
  }
}

extension HostSnapshot {
  /// The error with what is known of locations that may define the asset it misses.
  package func explained(_ error: SelectionError) -> SelectionError {
    guard let key = error.unknownKey, let note = AbsentLocations(locations).note(about: [key])
    else { return error }
    return error.adding(note.text, insteadOfSuggestion: note.isLikely)
  }

  /// The words of the error with what was probably meant, and with what is known of locations that
  /// may define the assets it misses.
  func explained(_ error: PlanError, _ selection: AssetSelection) -> String {
    guard error.code == .nothingToMaterialize else { return "\(error)" }
    let meant = selection.nearMisses(in: graph).map { "; did you mean \($0)?" }.joined()
    let note = AbsentLocations(locations).note(about: error.undefined.map(\.path))
    return "\(error)\(meant)" + (note.map { "; \($0.text)" } ?? "")
  }
}
