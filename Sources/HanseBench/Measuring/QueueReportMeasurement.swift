import HanseCore
import HanseGraph
import HanseHost
import HanseModel
import HanseSystem

/// How long questions about queues keep the loop's thread while so many steps wait.
///
/// A control plane without processes: its locations serve, and their steps never end.
struct QueueReportMeasurement {
  private static let locations = 10
  private static let repetitions = 20

  var waiting: Int

  func run() throws -> [String: Double] {
    let empty = try SelfProcess.proportionalSetSizeBytes(SelfProcess.pid)
    var world = World(locations: Self.locations, waitingSteps: waiting)
    for location in 0..<Self.locations {
      world.launch(steps: waiting / Self.locations, at: location)
    }
    let full = try SelfProcess.proportionalSetSizeBytes(SelfProcess.pid)
    let reporting = QueueReporting(plane: world.plane, now: world.now, wall: world.wall)
    let found = reporting.report(running: 100, waiting: 20)
    guard found.waitingCount > waiting * 9 / 10, found.miscounts.isEmpty, let run = world.runs.last
    else { throw BenchFailure("\(found.waitingCount) of \(waiting) steps wait") }
    let report = Self.milliseconds { _ = reporting.report(running: 100, waiting: 20) }
    let page = Self.milliseconds {
      _ = reporting.waiting(first: 100, after: 9900, in: Dispatcher.defaultQueue)
    }
    let explanation = Self.milliseconds {
      _ = reporting.situations(of: .run(run), limit: 100, after: 0)
    }
    let detail = Self.milliseconds { _ = LiveRun(of: run, in: world.plane, at: world.now) }
    return [
      "report, p50": report.percentile(50), "report, most": report.percentile(100),
      "last page of a queue, p50": page.percentile(50),
      "last page of a queue, most": page.percentile(100),
      "100 steps explained, p50": explanation.percentile(50),
      "100 steps explained, most": explanation.percentile(100),
      "a run's detail, p50": detail.percentile(50),
      "memory per waiting step, with its plan": Double(full - empty) / Double(waiting),
    ]
  }

  private static func milliseconds(_ body: () -> Void) -> Statistics {
    Statistics(
      (0..<repetitions).map { _ in
        let begin = MonotonicClock.nanoseconds()
        body()
        return Double(MonotonicClock.nanoseconds() - begin) / 1e6
      }
    )
  }
}

extension QueueReportMeasurement {
  /// A control plane, and the locations that it thinks it has.
  private struct World {
    private(set) var plane: ControlPlane
    private(set) var runs: [RunID] = []
    let now = HostInstant(nanoseconds: 0)
    let wall = Timestamp(milliseconds: 0)
    private var inputs: [ControlPlane.Input] = []

    init(locations: Int, waitingSteps: Int) {
      plane = ControlPlane(
        settings: .init(
          locations: (0..<locations).map { number in
            var settings = ControlPlane.LocationSettings(name: Self.name(number))
            settings.waitingSteps = waitingSteps
            return settings
          },
          concurrentSteps: 16
        ),
        past: .init(epoch: HostEpoch(1)),
        seed: 1,
        at: now
      )
      handle(.start([]))
    }

    private static func name(_ number: Int) -> LocationName { LocationName("location\(number)") }

    mutating func launch(steps: Int, at location: Int) {
      let plan = RunPlan(
        steps: (0..<steps).map { step in
          let key = "location\(location)/table_\(step)"
          return PlannedStep(
            key: StepKey(key),
            location: Self.name(location),
            assets: [AssetKey(key)]
          )
        }
      )
      let request = RunRequest(selection: "location:location\(location)")
      handle(.launch(.init(request: request, plan: plan), ticket: location))
    }

    private mutating func handle(_ input: ControlPlane.Input) {
      inputs.append(input)
      while let next = inputs.popLast() {
        for effect in plane.handle(next, now: now, wall: wall) { perform(effect) }
      }
    }

    private mutating func perform(_ effect: ControlPlane.Effect) {
      switch effect {
      case .spawn(let name, let generation):
        inputs.insert(.spawned(name, generation, processID: 100), at: 0)
      case .send(let name, let generation, let command): answer(command, name, generation)
      case .merge(let locations, let previous):
        let (graph, diagnostics) = AssetGraph.merge(locations, previous: previous)
        inputs.insert(.merged(graph, diagnostics, took: .zero), at: 0)
      case .launched(_, let run): runs.append(run)
      default: break
      }
    }

    private mutating func answer(
      _ command: ControlPlane.Command,
      _ name: LocationName,
      _ generation: Generation
    ) {
      switch command {
      case .initialize: inputs.insert(.location(name, .initialized(generation)), at: 0)
      case .definitions:
        let nothing = ControlPlane.LoadedDefinitions(
          definitions: LocationDefinitions(),
          digest: "",
          library: ""
        )
        inputs.insert(.loaded(name, generation, nothing), at: 0)
      default: break
      }
    }
  }
}
