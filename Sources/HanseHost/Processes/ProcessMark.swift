import HanseModel
import HanseSystem

/// What every process of a location has in its environment, so that whatever it starts can be found
/// even when it has left its group, its session and its parent.
struct ProcessMark: Hashable, Sendable {
  static let variable = "HANSE_PROCESS"

  /// Which host started it; another one each time.
  var host: String
  var location: LocationName
  var generation: Generation
  /// The state directory that the host had to itself.
  var state: String

  init(host: String, location: LocationName, generation: Generation, state: String) {
    self.host = host
    self.location = location
    self.generation = generation
    self.state = state
  }

  /// The host, the location, the generation and the state directory, which may hold blanks; a worker's
  /// number comes after a point behind its generation's.
  var value: String {
    let worker = generation.isWorker ? ".\(generation.worker)" : ""
    return "\(host) \(location) \(generation.number)\(worker) \(state)"
  }

  /// Reads a value; anybody may have written it.
  init?(value: String) {
    let words = value.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard words.count == 4 else { return nil }
    let numbers = words[2].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count <= 2, let number = numbers.first ?? nil,
      let worker = numbers.count == 2 ? numbers[1] : 0
    else { return nil }
    self.init(
      host: String(words[0]),
      location: LocationName(String(words[1])),
      generation: Generation(number, worker: worker),
      state: String(words[3])
    )
  }
}
