import HanseCore
import HanseModel
import Testing

@Suite struct TokenBucketTests {
  @Test func `a burst passes at once, and then so many a second`() {
    var bucket = TokenBucket(perSecond: 10, burst: 25, at: .at(seconds: 0))
    #expect((0..<100).count { _ in bucket.take(at: .at(seconds: 0)) } == 25)
    #expect((0..<100).count { _ in bucket.take(at: .at(seconds: 1)) } == 10)
    #expect((0..<100).count { _ in bucket.take(at: .at(seconds: 1000)) } == 25)
  }

  @Test func `what is held back is counted once`() {
    var bucket = TokenBucket(perSecond: 1, burst: 1, at: .at(seconds: 0))
    for _ in 0..<4 { _ = bucket.take(at: .at(seconds: 0)) }
    #expect(bucket.takeRefused() == 3)
    #expect(bucket.takeRefused() == 0)
  }
}
