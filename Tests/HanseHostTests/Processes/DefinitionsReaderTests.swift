import HanseCore
import HanseModel
import HanseSystem
import HanseWire
import Testing

@testable import HanseHost

/// What a reader tells, and the wait for so many of it.
private final class Told: Sendable {
  private let news = Monitor<[(key: DefinitionsReader.Key, text: String)]>([])

  func take(_ key: DefinitionsReader.Key, _ item: DefinitionsReader.News) {
    let text =
      switch item {
      case .read(let reading):
        "read \(reading.message.seq), \(reading.outline?.nextCursor ?? "no cursor")"
      case .loaded(let all): "loaded \(all.definitions.assets.map(\.key)), \(all.digest)"
      case .refused(let refusal): "\(refusal.code.rawValue): \(refusal.message)"
      }
    news.update { $0.append((key, text)) }
  }

  /// What was told of one process, once `count` things were told of all.
  func texts(of key: DefinitionsReader.Key, after count: Int) throws -> [String] {
    let deadline = MonotonicClock.milliseconds(after: .seconds(30))
    let all = news.wait(untilMilliseconds: deadline) { $0.count >= count ? $0 : nil }
    return try #require(all, "only some were told").filter { $0.key == key }.map(\.text)
  }
}

@Suite(.timeLimit(.minutes(10))) struct DefinitionsReaderTests {
  private let alpha = DefinitionsReader.Key(name: "alpha", generation: Generation(1))
  private let beta = DefinitionsReader.Key(name: "beta", generation: Generation(1))

  private func withReader(_ body: (DefinitionsReader, Told) throws -> Void) throws {
    let told = Told()
    let reader = try DefinitionsReader { told.take($0, $1) }
    defer { reader.close() }
    try body(reader, told)
  }

  private func line(_ seq: Int, _ page: String, id: Int64 = 7) -> DefinitionsReader.Work {
    let text = #"{"jsonrpc":"2.0","seq":\#(seq),"id":\#(id),"result":\#(page)}"#
    return .line(Array(text.utf8), awaited: 7, limits: WireLimits())
  }

  private func page(_ key: String, then end: String) -> String {
    #"{"assets":[{"key":"\#(key)"}],\#(end)}"#
  }

  @Test func `pages of processes that come in turns are kept apart`() throws {
    try withReader { reader, told in
      reader.read(line(1, page("a/1", then: #""nextCursor":"x""#)), of: alpha)
      reader.read(line(1, page("b/1", then: #""nextCursor":"y""#)), of: beta)
      reader.read(line(2, page("a/2", then: #""digest":"A""#)), of: alpha)
      reader.read(line(2, page("b/2", then: #""digest":"B""#)), of: beta)
      let ofAlpha = try told.texts(of: alpha, after: 6)
      #expect(ofAlpha == ["read 1, x", "read 2, no cursor", "loaded [a/1, a/2], A"])
      let ofBeta = try told.texts(of: beta, after: 6)
      #expect(ofBeta == ["read 1, y", "read 2, no cursor", "loaded [b/1, b/2], B"])
    }
  }

  @Test func `a process that has ended leaves nothing to the next of its name`() throws {
    try withReader { reader, told in
      reader.read(line(1, page("a/1", then: #""nextCursor":"x""#)), of: alpha)
      reader.forget(alpha)
      reader.read(line(1, page("a/2", then: #""digest":"A""#)), of: alpha)
      let texts = try told.texts(of: alpha, after: 3)
      #expect(texts.last == "loaded [a/2], A")
    }
  }

  @Test func `a long line that is not the awaited page is told as what it is`() throws {
    try withReader { reader, told in
      reader.read(line(1, page("a/1", then: #""nextCursor":"x""#), id: 8), of: alpha)
      reader.read(line(2, page("a/2", then: #""digest":"A""#)), of: alpha)
      let texts = try told.texts(of: alpha, after: 3)
      #expect(texts == ["read 1, no cursor", "read 2, no cursor", "loaded [a/2], A"])
    }
  }

  @Test func `a page that cannot be read is refused with its bytes`() throws {
    try withReader { reader, told in
      reader.read(line(1, #"{"assets":[1]}"#), of: alpha)
      let texts = try told.texts(of: alpha, after: 2)
      #expect(
        texts == [
          "read 1, no cursor",
          "WIRE-MESSAGE: sent a line that is not of the protocol: "
            + "expected an object, found a number in result.assets.0 (byte 52): "
            + #"{"jsonrpc":"2.0","seq":1,"id":7,"result":{"assets":[1]}}"#,
        ]
      )
    }
  }
}
