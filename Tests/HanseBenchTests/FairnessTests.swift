import Testing

@testable import HanseBench

@Suite struct FairnessTests {
  private let measurement = FairnessMeasurement(largest: 5000, locations: 50, newcomers: 50)

  @Test func `the first step of a location waits for one slot of each other location`() {
    let served = measurement.dispatched()
    #expect(served.count == measurement.backlog.count + 50)
    let found = FairnessMeasurement.judge(served)
    #expect(found.firstServices.count == 100)
    // Fifty have steps from the beginning, and at most a few of the others wait at the same time.
    #expect(found.firstServices.max() ?? .max < 52)
    #expect(found.invertedPairs == 0)
  }

  @Test func `in one line the first step of a location waits for all that came before`() {
    let found = FairnessMeasurement.judge(measurement.inOneLine())
    #expect(found.firstServices.count == 100)
    #expect(found.firstServices.max() ?? 0 > 20_000)
    #expect(found.invertedPairs > 0.4)
  }

  @Test func `an order is judged by its pairs and by who is served first`() {
    func step(_ location: Int, _ priority: Int, after: Int = 0) -> FairnessMeasurement.Step {
      FairnessMeasurement.Step(location: location, priority: priority, cameAfter: after)
    }
    let found = FairnessMeasurement.judge([
      step(0, 1), step(0, 0), step(0, 1), step(1, 5), step(2, 0, after: 4),
    ])
    #expect(found == .init(firstServices: [0, 0, 3], invertedPairs: 0.5))
  }
}
