import HanseCore
import HanseGraph
import HanseModel

/// What the graph must be made of.
struct GraphNotes {
  /// The process whose definitions each location serves.
  var served: [Generation?]
  /// Those that another has taken over from.
  var replaced: [Set<Generation>]
  /// The processes that told theirs, and when.
  var loaded: [[Generation: HostInstant]]
  var merging: (inputs: [LocationInput], previous: AssetGraph)?
  /// How many merges were seen; the first and then every eighth is done again.
  var merges = 0

  init(count: Int) {
    served = Array(repeating: nil, count: count)
    replaced = Array(repeating: [], count: count)
    loaded = Array(repeating: [:], count: count)
  }
}

extension Oracle {
  mutating func judgeMerge(_ inputs: [LocationInput], _ previous: AssetGraph) {
    graphs.merging = (inputs, previous)
    if inputs.count != names.count || !zip(inputs, names).allSatisfy({ $0.name == $1 }) {
      fail(.graphIsTheMerge, "\(inputs.map(\.name)) are merged, not \(names)")
    }
    for (index, input) in inputs.enumerated() {
      guard let served = graphs.served[index], input.generation != served,
        graphs.loaded[index][input.generation] == nil
      else { continue }
      fail(
        .graphIsTheMerge,
        "\(input.name) is merged as of \(input.generation), which never said what it defines"
      )
    }
  }

  /// Judges the graph that the control plane has after a merge.
  mutating func judgeGraph(_ plane: ControlPlane) {
    guard let (inputs, previous) = graphs.merging else { return }
    graphs.merging = nil
    guard !plane.isMerging, !isStopping else { return }
    for (index, input) in inputs.enumerated() {
      guard let served = graphs.served[index], served != input.generation else { continue }
      fail(
        .graphIsTheMerge,
        "the graph has \(input.name) as of \(input.generation), and \(served) serves"
      )
    }
    graphs.merges += 1
    guard graphs.merges % 8 == 1 else { return }
    let right = AssetGraph.merge(inputs, previous: previous).graph
    let isSame =
      right.nodeCount == plane.graph.nodeCount && right.locations == plane.graph.locations
      && zip(right.nodes, plane.graph.nodes).allSatisfy {
        $0.key == $1.key && $0.location == $1.location
      }
    if !isSame { fail(.graphIsTheMerge, "the graph is not the merge of what was handed over") }
  }

  /// Whether a process in a merge is to take over from one that serves.
  func hasTakeover(_ inputs: [LocationInput]) -> Bool {
    inputs.enumerated().contains { index, input in
      graphs.served[index].map { $0 != input.generation } ?? false
    }
  }

  /// Judges, when all is quiet, those that have told what they define for longer than anything takes.
  mutating func judgeLoaded(_ processes: [SimulatedProcess]) {
    for process in processes where process.isAtHand && !process.generation.isWorker {
      let (index, generation) = (process.location, process.generation)
      guard let since = graphs.loaded[index][generation], now - since > .seconds(60),
        graphs.served[index] != generation
      else { continue }
      let serving = graphs.served[index].map { "\($0)" } ?? "nobody"
      fail(
        .loadedServes,
        "\(generation) of \(names[index]) has told what it defines, and \(serving) serves"
      )
    }
  }
}
