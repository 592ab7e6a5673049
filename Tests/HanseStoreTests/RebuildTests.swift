import HanseModel
import HanseStore
import Testing

/// The projections are a fold over the events: however these were grouped, and whether folded as
/// they came or all at once, the outcome is one.
@Suite struct RebuildTests {
  /// All that a reader can learn from projections.
  private struct Everything: Equatable {
    var runs: [RunRow]
    var steps: [[StepRow]]
    var materializations: [MaterializationRecord]
    var partitions: [MaterializationRecord?]
    var checks: [CheckRow]
    var generations: [LocationName: Generation]

    init(_ reader: EventReader) throws {
      let runs = try reader.runs(RunFilter(limit: 1000))
      self.runs = runs
      steps = try runs.map { try reader.steps(of: $0.id) }
      materializations = try reader.latestMaterializations()
      partitions = try ["a", "b", "c/d"].flatMap { asset in
        try [nil, "mon", "tue"].map {
          try reader.latestMaterialization(of: AssetKey(asset), partition: $0)
        }
      }
      checks = try reader.latestChecks()
      generations = try reader.generations()
    }
  }

  @Test func `projections made again from the events are those that were kept`() throws {
    var random = SeededGenerator.announced(for: "rebuild")
    for _ in 0..<20 {
      var history = RandomHistory(SeededGenerator(seed: random.next()))
      let groups = history.groups(count: 40)
      try withLog { log, reader in
        for group in groups { _ = try log.append(group) }
        let kept = try Everything(reader)
        try log.rebuildProjections()
        let rebuilt = try Everything(reader)
        #expect(rebuilt == kept)
        #expect(try log.integrityProblems().isEmpty)
      }
    }
  }

  @Test func `how events are grouped does not matter`() throws {
    var random = SeededGenerator.announced(for: "grouping")
    for _ in 0..<5 {
      var history = RandomHistory(SeededGenerator(seed: random.next()))
      let groups = history.groups(count: 20)
      let grouped = try withLog { log, reader in
        for group in groups { _ = try log.append(group) }
        return try Everything(reader)
      }
      let together = try withLog { log, reader in
        _ = try log.append(groups.flatMap { $0 })
        return try Everything(reader)
      }
      let single = try withLog { log, reader in
        for record in groups.joined() { _ = try log.append([record]) }
        return try Everything(reader)
      }
      #expect(grouped == together)
      #expect(grouped == single)
    }
  }

  @Test func `a run's counts are those of its steps, and a final status stays`() throws {
    var random = SeededGenerator.announced(for: "counts")
    for _ in 0..<10 {
      var history = RandomHistory(SeededGenerator(seed: random.next()))
      var finished: [RunID: RunRow] = [:]
      try withLog { log, reader in
        for group in history.groups(count: 30) {
          _ = try log.append(group)
          for run in try reader.runs() {
            var counts = StepCounts()
            for step in try reader.steps(of: run.id) { counts[step.status] += 1 }
            #expect(run.counts == counts)
            if let before = finished[run.id] { #expect(run.status == before.status) }
            if run.status.isFinished { finished[run.id] = run }
          }
          let open = try reader.runs().filter { !$0.status.isFinished }.map(\.id)
          #expect(try log.unfinishedRuns().map(\.id) == open.reversed())
        }
      }
    }
  }

  @Test func `a projection that went wrong is made right again`() throws {
    try withLog { log, reader in
      _ = try log.append([Samples.created("r", ["a"]), Samples.materialized("a", run: "r")])
      let kept = try Everything(reader)
      try log.withDatabase { database throws(EventLogError) in
        try database.execute(once: "UPDATE runs SET status = 'failed'")
        try database.execute(once: "INSERT INTO assets VALUES ('ghost', '')")
        try database.execute(once: "INSERT INTO materializations VALUES ('ghost', '', 1)")
        try database.execute(once: "DELETE FROM steps")
      }
      let error = eventLogError { _ = try reader.latestMaterializations() }
      #expect(error?.cause == "a projection names event 1, which is run.created")
      try log.rebuildProjections()
      #expect(try Everything(reader) == kept)
    }
  }
}
