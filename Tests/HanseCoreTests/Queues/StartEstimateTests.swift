import HanseCore
import Testing

@Suite struct StartEstimateTests {
  private func share(_ seconds: Int, _ units: Int = 1) -> StartEstimate.Share {
    StartEstimate.Share(units: units, lasts: .seconds(seconds))
  }

  @Test func `a step starts when the one that holds the slot ends`() {
    #expect(
      StartEstimate.wait(total: 1, needs: 1, holders: [share(20)], ahead: []) == .seconds(20)
    )
  }

  @Test func `of several that hold slots the first that ends counts`() {
    let holders = [share(30), share(5), share(20)]
    #expect(StartEstimate.wait(total: 3, needs: 1, holders: holders, ahead: []) == .seconds(5))
    let units = StartEstimate.wait(total: 3, needs: 2, holders: holders, ahead: [])
    #expect(units == .seconds(20))
  }

  @Test func `those before it take what comes free, and for as long as they do`() {
    let before = [share(10), share(10), share(10)]
    #expect(
      StartEstimate.wait(total: 1, needs: 1, holders: [share(5)], ahead: before) == .seconds(35)
    )
    #expect(
      StartEstimate.wait(total: 2, needs: 1, holders: [share(5), share(6)], ahead: before)
        == .seconds(16)
    )
  }

  @Test func `those that are only counted are taken to be like the others`() {
    let wait = StartEstimate.wait(
      total: 2,
      needs: 1,
      holders: [share(0), share(0)],
      ahead: [share(10), share(10)],
      more: 10
    )
    #expect(wait == .seconds(60))
  }

  @Test func `what is late by now may end at any moment`() {
    #expect(StartEstimate.wait(total: 1, needs: 1, holders: [share(-9)], ahead: []) == .zero)
  }

  @Test func `a step that needs more than there is never starts`() {
    #expect(StartEstimate.wait(total: 1, needs: 2, holders: [], ahead: []) == nil)
  }

  @Test func `one before it that needs more than there is holds nobody up`() {
    let before = [share(10, 5), share(10)]
    #expect(
      StartEstimate.wait(total: 1, needs: 1, holders: [share(5)], ahead: before) == .seconds(15)
    )
  }
}
