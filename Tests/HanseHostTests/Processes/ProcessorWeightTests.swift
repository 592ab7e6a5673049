import Testing

@testable import HanseHost

@Suite struct ProcessorWeightTests {
  @Test(arguments: [
    (1.0, 0, 100), (1.0, 5, 33), (1.0, 19, 1), (1.0, -20, 8674), (4.0, 5, 131), (0.001, 0, 1),
    (1000.0, 0, 10_000),
  ])
  func `the share of the processor follows the weight and the nice value`(
    weight: Double,
    nice: Int,
    share: Int
  ) {
    #expect(LocationFences.processorWeight(weight, nice: nice) == share)
  }
}
