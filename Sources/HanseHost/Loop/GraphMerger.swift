import HanseCore
import HanseGraph
import HanseModel
import HanseSystem

/// Merges definitions on a thread of its own, so that a large graph holds up nobody's steps.
final class GraphMerger: Sendable {
  private struct Work {
    var inputs: [LocationInput]?
    var previous = AssetGraph.empty
    var isClosed = false
  }

  private let work = Monitor(Work())
  private let thread: OSThread

  init(
    merged: @escaping @Sendable (AssetGraph, [Diagnostic], Duration) -> Void
  ) throws(SystemError) {
    let work = work
    thread = try OSThread.start(name: "hanse-merge", stackSizeBytes: 8 << 20) {
      while true {
        let next = work.wait(untilMilliseconds: nil) { work -> Work? in
          guard work.inputs != nil || work.isClosed else { return nil }
          defer {
            work.inputs = nil
            work.previous = .empty
          }
          return work
        }
        guard let next, let inputs = next.inputs else { return }
        let start = Clock.now()
        let (graph, diagnostics) = AssetGraph.merge(inputs, previous: next.previous)
        merged(graph, diagnostics, Clock.now() - start)
      }
    }
  }

  func merge(_ inputs: [LocationInput], previous: AssetGraph) {
    work.update {
      $0.inputs = inputs
      $0.previous = previous
    }
  }

  func close() {
    work.update { $0.isClosed = true }
    thread.join()
  }
}
