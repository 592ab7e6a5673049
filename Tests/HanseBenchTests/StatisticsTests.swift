import Testing

@testable import HanseBench

@Suite struct StatisticsTests {
  @Test(
    arguments: [([3], 3), ([4, 1], 2.5), ([9, 1, 5], 5), ([1, 2, 3, 100], 2.5)]
      as [([Double], Double)]
  )
  func `the median is the middle, or the mean of the two in the middle`(
    samples: [Double],
    median: Double
  ) {
    #expect(Statistics(samples).median == median)
  }

  @Test(arguments: [(0.0, 1.0), (1, 2), (50, 100), (99, 198), (99.9, 200), (100, 200)])
  func `a percentile is the nearest rank`(percent: Double, expected: Double) {
    let statistics = Statistics((1...200).reversed().map(Double.init))
    #expect(statistics.percentile(percent) == expected)
  }

  @Test(
    arguments: [
      ([140, 149, 400], .met), ([140, 160, 170], .metAtBest),
      ([165, 170, 180], .missed(percent: 10)),
    ] as [([Double], Figure.Verdict)]
  )
  func `a time is judged by its median, then by its least`(
    samples: [Double],
    verdict: Figure.Verdict
  ) {
    let metric = Metric(name: "loaded", unit: .milliseconds, target: Target(value: 150))
    #expect(Figure(metric: metric, statistics: Statistics(samples)).verdict == verdict)
  }

  @Test(
    arguments: [
      ([4000, 5000, 5100], .met), ([4000, 4500, 5100], .metAtBest),
      ([3000, 3500, 4000], .missed(percent: 20)),
    ] as [([Double], Figure.Verdict)]
  )
  func `a rate is judged by its median, then by its greatest`(
    samples: [Double],
    verdict: Figure.Verdict
  ) {
    let metric = Metric(name: "rate", unit: .stepsPerSecond, target: Target(value: 5000))
    #expect(Figure(metric: metric, statistics: Statistics(samples)).verdict == verdict)
  }

  @Test(arguments: [
    (0.123, "0.12"), (2.0, "2"), (2.345, "2.35"), (12.34, "12.3"), (149.6, "150"),
    (12345.6, "12346"),
  ])
  func `a figure is shown with the digits that count`(value: Double, text: String) {
    #expect(Report.rounded(value) == text)
  }

  @Test func `an unknown option and an unknown scenario are named`() {
    let option = #expect(throws: UsageError.self) { try Options(["--fast"]) }
    #expect(option?.description == "there is no option \"--fast\"")
    let scenario = #expect(throws: UsageError.self) { try Options(["--scenario", "lode-*"]) }
    #expect(scenario?.description == "there is no scenario \"lode-*\"; --list shows them")
    let count = #expect(throws: UsageError.self) { try Options(["--repetitions", "0"]) }
    #expect(count?.description == "--repetitions takes a number from 1, not \"0\"")
  }
}
