import HanseWire
import Testing

@Suite struct LineFramerTests {
  @Test(arguments: 1...9)
  func `lines do not depend on how the bytes are cut`(size: Int) throws {
    let bytes = Array("{\"a\":1}\r\n\n{\"b\":\"é\"}\nrest".utf8)
    var framer = LineFramer(limitBytes: 64)
    var lines: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      framer.append(bytes[start..<min(start + size, bytes.count)])
      while let line = try framer.next() { lines.append(line) }
    }
    #expect(lines == ["{\"a\":1}\r", "", "{\"b\":\"é\"}"].map { Array($0.utf8) })
    #expect(framer.pendingBytes == 4)
  }

  @Test func `any chunking of any lines gives the lines back`() throws {
    var random = SeededRandom()
    for _ in 0..<300 {
      let lines = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        (0..<Int.random(in: 0...200, using: &random)).map { _ in
          UInt8.random(in: 11...255, using: &random)
        }
      }
      var stream: ArraySlice<UInt8> = []
      for line in lines { stream += line + [10] }
      var framer = LineFramer(limitBytes: 200)
      var found: [[UInt8]] = []
      while !stream.isEmpty {
        let count = Int.random(in: 1...300, using: &random)
        framer.append(stream.prefix(count))
        stream = stream.dropFirst(count)
        if Bool.random(using: &random) || stream.isEmpty {
          while let line = try framer.next() { found.append(line) }
        }
      }
      #expect(found == lines, "seed \(random.seed)")
      #expect(framer.pendingBytes == 0, "seed \(random.seed)")
    }
  }

  @Test func `a line of exactly the limit passes`() throws {
    var framer = LineFramer(limitBytes: 3)
    framer.append(Array("abc".utf8))
    #expect(try framer.next() == nil)
    framer.append(Array("\n".utf8))
    #expect(try framer.next() == Array("abc".utf8))
  }

  @Test(arguments: ["abcd", "abcd\n", "ab\nabcd"])
  func `a line over the limit is refused, ended or not`(text: String) throws {
    var framer = LineFramer(limitBytes: 3)
    framer.append(Array(text.utf8))
    if text.hasPrefix("ab\n") { #expect(try framer.next() == Array("ab".utf8)) }
    for _ in 1...2 {
      #expect(throws: LineFramer.Failure.lineTooLong(limitBytes: 3)) { try framer.next() }
    }
  }

  @Test func `what was read does not pile up`() throws {
    var framer = LineFramer(limitBytes: 1 << 10)
    let chunk = Array(repeating: Array("0123456789\n".utf8), count: 1000).flatMap { $0 }
    for _ in 0..<100 {
      framer.append(chunk)
      while try framer.next() != nil {}
      #expect(framer.pendingBytes == 0)
    }
  }
}
