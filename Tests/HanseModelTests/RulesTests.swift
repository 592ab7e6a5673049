import HanseModel
import Testing

@Suite struct AssetKeyTests {
  @Test(arguments: [
    "a", "climate/daily", "A-Z/a_z/0.9", "...", "a/.b", String(repeating: "x", count: 100),
  ])
  func `a good key has no problem`(path: String) { #expect(AssetKey(path).problem == nil) }

  static let bad: [(String, String)] = [
    ("", "the key is empty"), ("/a", "a segment is empty"), ("a/", "a segment is empty"),
    ("a//b", "a segment is empty"), ("a/../b", "a segment is \".\" or \"..\""),
    (".", "a segment is \".\" or \"..\""), ("a b", characters), ("ä", characters),
    ("a:b", characters), ("a\u{0}", characters), ("a\nb", characters),
    (String(repeating: "x", count: 101), "a segment is longer than 100 characters"),
    (
      Array(repeating: String(repeating: "x", count: 99), count: 6).joined(separator: "/"),
      "the key is longer than 512 bytes"
    ),
  ]
  private static let characters = "a segment has a character other than A-Z a-z 0-9 _ . -"

  @Test(arguments: bad)
  func `a bad key says what is wrong`(path: String, problem: String) {
    #expect(AssetKey(path).problem == problem)
  }

  @Test func `a bad key is kept as it was written`() throws {
    let key = try AssetKey.decode(#""a//\u0000b""#)
    #expect(key.path == "a//\u{0}b")
    #expect(JSONWriter.text(key) == #""a//\u0000b""#)
    #expect(key.segments == ["a", "", "\u{0}b"])
  }
}

@Suite struct SpellingTests {
  static let commands = ["serve", "describe", "materialize"]

  static let near: [(String, String)] = [
    ("serv", "serve"), ("srever", "serve"), ("SERVE", "serve"), ("descrbie", "describe"),
    ("materialise", "materialize"), ("mateirlaize", "materialize"),
  ]

  @Test(arguments: near)
  func `a slip finds what was meant`(typed: String, meant: String) {
    #expect(Spelling.nearest(to: typed, among: Self.commands) == meant)
  }

  @Test(arguments: ["", "x", "launch", "sr"])
  func `what resembles nothing finds nothing`(typed: String) {
    #expect(Spelling.nearest(to: typed, among: Self.commands) == nil)
  }

  @Test func `of equally near words the first in the alphabet wins`() {
    #expect(Spelling.nearest(to: "cat", among: ["hat", "bat"]) == "bat")
    #expect(Spelling.nearest(to: "cat", among: ["bat", "hat"]) == "bat")
  }
}

@Suite struct RetryPolicyTests {
  static let delays: [(RetryPolicy.Backoff, [Int64])] = [
    (.constant, [100, 100, 100, 100]), (.linear, [100, 200, 300, 400]),
    (.exponential, [100, 200, 400, 800]),
  ]

  @Test(arguments: delays)
  func `the delay grows as the backoff says`(backoff: RetryPolicy.Backoff, delays: [Int64]) {
    let policy = RetryPolicy(maxRetries: 4, delay: .milliseconds(100), backoff: backoff)
    let found = (1...4).map { policy.delay(beforeRetry: $0, random: 0.5).wholeMilliseconds }
    #expect(found == delays)
  }

  @Test func `jitter moves the delay both ways, by its part at most`() {
    let policy = RetryPolicy(maxRetries: 1, delay: .milliseconds(1000), jitter: 0.25)
    #expect(policy.delay(beforeRetry: 1, random: 0) == .milliseconds(750))
    #expect(policy.delay(beforeRetry: 1, random: 0.5) == .milliseconds(1000))
    #expect(policy.delay(beforeRetry: 1, random: 1) == .milliseconds(1250))
  }

  @Test(arguments: [1, 40, 41, 64, 1000, Int.max])
  func `no delay passes an hour, however often it was tried`(retry: Int) {
    let policy = RetryPolicy(maxRetries: 9, delay: .seconds(3000), backoff: .exponential, jitter: 1)
    #expect(policy.delay(beforeRetry: retry, random: 1) == .seconds(3600))
    #expect(policy.delay(beforeRetry: retry, random: 0) == .zero)
  }

  @Test func `a wrong number is kept for whoever judges it, and no delay is below zero`() throws {
    let text = #"{"maxRetries":-1,"delayMilliseconds":-5000,"jitter":7}"#
    let policy = try RetryPolicy.decode(text)
    #expect(policy == RetryPolicy(maxRetries: -1, delay: .seconds(-5), jitter: 1))
    #expect(policy.maxRetries == -1 && policy.delayMilliseconds == -5000)
    #expect(policy.delay(beforeRetry: 1, random: 1) == .zero)
    #expect(RetryPolicy(maxRetries: 1, jitter: .nan).jitter == 0)
    let huge = #"{"maxRetries":3,"delayMilliseconds":9223372036854775807,"backoff":"linear"}"#
    #expect(
      try RetryPolicy.decode(huge).delay(beforeRetry: 3, random: 0.9) == .seconds(3600)
    )
  }
}

@Suite struct RunIDTests {
  @Test func `an id has twelve characters that nobody confuses`() {
    var random = SeededRandom()
    let allowed = Set("0123456789abcdefghjkmnpqrstvwxyz")
    for _ in 0..<1000 {
      let id = RunID(random: random.next())
      #expect(id.text.count == 12 && allowed.isSuperset(of: id.text), "seed \(random.seed)")
    }
    #expect(RunID(random: 0) != RunID(random: 1 << 59))
  }
}
