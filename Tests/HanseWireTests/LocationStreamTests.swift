import HanseModel
import HanseWire
import Testing

/// Bytes that a location may send, and what the host says of them.
struct Attack: CustomTestStringConvertible {
  var name: String
  var bytes: [UInt8]
  /// Nil where the bytes are to be read.
  var refusal: WireRefusal?
  var testDescription: String { name }

  init(_ name: String, _ bytes: [UInt8], _ code: WireRefusal.Code, _ message: String) {
    self.name = name
    self.bytes = bytes
    refusal = WireRefusal(code, message)
  }

  init(_ name: String, _ text: String, _ code: WireRefusal.Code, _ message: String) {
    self.init(name, Array(text.utf8), code, message)
  }

  /// A line in the form of the protocol, with the members given.
  static func line(_ members: String, seq: Int64 = 1) -> String {
    "{\"jsonrpc\":\"2.0\",\"seq\":\(seq),\(members)}\n"
  }

  static let log = #""method":"log","params":{"level":"info","message":"x"}"#
  private static let no = "sent a line that is not of the protocol: "
  private static let advice =
    "; standard output belongs to the protocol: print to standard error, or use context.logger"
  private static let deep = String(repeating: "[", count: 100_000)

  static let all = [
    Attack(
      "text",
      "Segmentation \u{1B}[31mimminent\n",
      .notJSON,
      no + #"Segmentation \x1b[31mimminent"# + advice
    ),
    Attack(
      "what begins as JSON does",
      "this is garbage\n",
      .notJSON,
      no + "this is garbage" + advice
    ),
    Attack(
      "a line for people that is too long to be shown",
      "  Loading\(String(repeating: ".", count: 300))\n",
      .notJSON,
      no + "  Loading\(String(repeating: ".", count: 111))… (189 bytes more)" + advice
    ),
    Attack(
      "a number for people",
      "42 rows\n",
      .trailingBytes,
      no + "something follows the value (byte 3): 42 rows" + advice
    ),
    Attack(
      "not UTF-8",
      [0x7B, 0x22, 0xFF, 0xC0, 0x22, 0x7D, 0x0A],
      .notUTF8,
      no + #"byte 0xFF is not UTF-8 (byte 2): {"\xff\xc0"}"#
    ),
    Attack(
      "bytes that are not UTF-8, outside a string",
      [0xFF, 0xFE, 0x0A],
      .notUTF8,
      no + #"expected a value, found byte 0xFF (byte 0): \xff\xfe"# + advice
    ),
    Attack(
      "half of a surrogate pair",
      "{\"a\":\"\\ud800\"}\n",
      .notUTF8,
      no + #"a surrogate without its other half (byte 6): {"a":"\x5cud800"}"#
    ),
    Attack(
      "a surrogate in UTF-8",
      [0x22, 0xED, 0xA0, 0x80, 0x22, 0x0A],
      .notUTF8,
      no + #"byte 0xED is not UTF-8 here (byte 1): "\xed\xa0\x80""# + advice
    ),
    Attack(
      "zero bytes",
      [0x7B, 0, 0, 0x7D, 0x0A],
      .notJSON,
      no + #"expected a member's name in quotes (byte 1): {\x00\x00}"#
    ),
    Attack(
      "a zero byte in a string",
      [0x22, 0x61, 0, 0x22, 0x0A],
      .notJSON,
      no + #""a\x00""# + advice
    ),
    Attack(
      "a byte order mark",
      [0xEF, 0xBB, 0xBF] + Array(line(log).utf8),
      .notJSON,
      no + #"expected a value, found byte 0xEF (byte 0): \xef\xbb\xbf{"jsonrpc":"2.0","seq":1,"#
        + #""method":"log","params":{"level":"info","message":"x"}}"#
    ),
    Attack(
      "UTF-16",
      Array("{}\n".utf8).flatMap { [$0, 0] },
      .notJSON,
      no + #"expected a member's name in quotes (byte 1): {\x00}\x00"#
    ),
    Attack(
      "a nesting bomb",
      line("\"deep\":\(deep)"),
      .tooDeep,
      no + #"nested deeper than 64 levels (byte 95): (55 bytes before) …"#
        + "\(String(repeating: "[", count: 120))… (99858 bytes more)"
    ),
    Attack(
      "a member twice",
      line("\"method\":\"log\",\(log)"),
      .duplicateMember,
      no + #"member "method" stands twice in one object (byte 40): {"jsonrpc":"2.0","seq":1,"#
        + #""method":"log","method":"log","params":{"level":"info","message":"x"}}"#
    ),
    Attack(
      "two messages on a line",
      #"{"jsonrpc":"2.0"}{"seq":1}"# + "\n",
      .trailingBytes,
      no + #"something follows the value (byte 17): {"jsonrpc":"2.0"}{"seq":1}"#
    ),
    Attack(
      "a comma too many",
      "{\"jsonrpc\":\"2.0\",}\n",
      .notJSON,
      no + #"expected a member's name in quotes (byte 17): {"jsonrpc":"2.0",}"#
    ),
    Attack(
      "NaN",
      "{\"seq\":NaN}\n",
      .notJSON,
      no + #"expected a value, found byte 0x4E (byte 7): {"seq":NaN}"#
    ),
    Attack(
      "a number that does not fit",
      "{\"jsonrpc\":\"2.0\",\"seq\":9223372036854775808,\"id\":1,\"result\":{}}\n",
      .number,
      no + #"a number that does not fit 64 bits in seq (byte 23): {"jsonrpc":"2.0","#
        + #""seq":9223372036854775808,"id":1,"result":{}}"#
    ),
    Attack(
      "a batch",
      "[{\"jsonrpc\":\"2.0\"}]\n",
      .message,
      no + #"expected an object, found an array (byte 0): [{"jsonrpc":"2.0"}]"# + advice
    ),
    Attack(
      "another version of JSON-RPC",
      #"{"jsonrpc":"1.0","seq":1,"id":1,"result":{}}"# + "\n",
      .message,
      no + #"the member "jsonrpc" must be "2.0" in jsonrpc (byte 44): {"jsonrpc":"1.0","#
        + #""seq":1,"id":1,"result":{}}"#
    ),
    Attack(
      "no sequence number",
      #"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n",
      .message,
      no + #"the member "seq" is missing (byte 36): {"jsonrpc":"2.0","id":1,"result":{}}"#
    ),
    Attack(
      "an error without its message",
      #"{"jsonrpc":"2.0","seq":1,"id":1,"error":{"code":1}}"# + "\n",
      .message,
      no + #"the member "message" is missing in error (byte 50): {"jsonrpc":"2.0","seq":1,"#
        + #""id":1,"error":{"code":1}}"#
    ),
    Attack(
      "a gap in the sequence",
      line(log, seq: 7),
      .sequence,
      #"sent sequence number 7 after 0: a line was lost: {"jsonrpc":"2.0","seq":7,"#
        + #""method":"log","params":{"level":"info","message":"x"}}"#
    ),
    Attack(
      "a number twice",
      line(log) + line(#""id":1,"result":{}"#),
      .sequence,
      #"sent sequence number 1 after 1: a line was lost: {"jsonrpc":"2.0","seq":1,"#
        + #""id":1,"result":{}}"#
    ),
    Attack(
      "a line longer than the limit",
      String(repeating: "x", count: 200_001) + "\n",
      .lineTooLong,
      "sent a line longer than its limit of 200000 bytes: \(String(repeating: "x", count: 120))…"
    ),
    Attack(
      "a line without an end",
      String(repeating: "\u{7}", count: 200_001),
      .lineTooLong,
      "sent a line longer than its limit of 200000 bytes: "
        + "\(String(repeating: #"\x07"#, count: 120))…"
    ),
  ]
}

@Suite struct LocationStreamTests {
  private static let limits: WireLimits = {
    var limits = WireLimits()
    limits.lineBytes = 200_000
    return limits
  }()

  /// All messages of the bytes, and the refusal at which they end, if at one.
  private func read(
    _ bytes: [UInt8],
    cutTo size: Int
  ) -> (messages: [LocationMessage], refusal: WireRefusal?, rest: String?) {
    var stream = LocationStream(limits: Self.limits)
    var messages: [LocationMessage] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      stream.append(bytes[start..<min(start + size, bytes.count)])
      do throws(WireRefusal) {
        while let message = try stream.next() { messages.append(message) }
      } catch {
        return (messages, error, nil)
      }
    }
    return (messages, nil, stream.unfinishedLine)
  }

  @Test(arguments: Attack.all)
  func `what is not of the protocol is refused with its code and its bytes`(attack: Attack) {
    #expect(read(attack.bytes, cutTo: .max).refusal == attack.refusal)
  }

  @Test(arguments: Attack.all)
  func `how the bytes are cut changes nothing`(attack: Attack) {
    #expect(read(attack.bytes, cutTo: 4096).refusal == attack.refusal)
    if attack.bytes.count < 1000 {
      #expect(read(attack.bytes, cutTo: 1).refusal == attack.refusal)
    }
  }

  @Test(arguments: Attack.all)
  func `a refusal is short and has no byte that a terminal obeys`(attack: Attack) throws {
    let message = try #require(attack.refusal).message
    #expect(message.utf8.count < 1000)
    #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  }

  @Test func `every code of a line has an attack that leads to it`() {
    let led = Set(Attack.all.compactMap(\.refusal?.code))
    let ofLines: Set<WireRefusal.Code> = [
      .notJSON, .notUTF8, .tooDeep, .duplicateMember, .trailingBytes, .number, .message,
      .lineTooLong, .sequence,
    ]
    #expect(led == ofLines)
  }

  @Test(arguments: ["\r\n", "\n", " \t\r\n", "\n\n\r\n \n"])
  func `lines end with or without a carriage return, and blank ones mean nothing`(end: String) {
    let text =
      Attack.line(Attack.log).dropLast() + end + Attack.line(#""id":4,"result":{}"#, seq: 2)
    let found = read(Array(text.utf8), cutTo: 7)
    #expect(found.refusal == nil && found.messages.map(\.seq) == [1, 2] && found.rest == nil)
  }

  @Test func `half a line is told of at the end, shortened and escaped`() {
    #expect(
      read(Array((Attack.line(Attack.log) + "{\"se\u{1B}").utf8), cutTo: 3).rest
        == #"5 bytes of a line without an end: {"se\x1b"#
    )
    let long = read(Array(String(repeating: "y", count: 5000).utf8), cutTo: 100).rest
    #expect(
      long
        == "5000 bytes of a line without an end: \(String(repeating: "y", count: 120))"
    )
  }

  @Test func `ten thousand lines at once are ten thousand messages`() {
    let text = (1...10_000).map { Attack.line(Attack.log, seq: Int64($0)) }.joined()
    let found = read(Array(text.utf8), cutTo: .max)
    #expect(found.messages.count == 10_000 && found.refusal == nil)
  }

  @Test func `no more than a line beyond its limit is kept of what comes`() {
    var stream = LocationStream(limits: Self.limits)
    let chunk = [UInt8](repeating: 0x78, count: 65_536)
    var refused = false
    // What a host reads until it looks whether there is a line: a turn's budget.
    for _ in 0..<100 where !refused {
      stream.append(chunk)
      do throws(WireRefusal) { _ = try stream.next() } catch { refused = true }
    }
    #expect(refused)
    #expect(stream.pendingBytes <= 200_000 + chunk.count)
  }

  @Test func `a member's name in a message is shortened and escaped`() throws {
    let name = String(repeating: "\\u0007n", count: 50_000)
    let line = "{\"\(name)\":1,\"\(name)\":2}\n"
    let refusal = try #require(
      { () -> WireRefusal? in
        var stream = LocationStream(limits: WireLimits())
        stream.append(Array(line.utf8))
        do throws(WireRefusal) { _ = try stream.next() } catch { return error }
        return nil
      }()
    )
    #expect(refusal.code == .duplicateMember)
    #expect(refusal.message.utf8.count < 1000, "\(refusal.message.utf8.count)")
    #expect(refusal.message.hasPrefix(#"sent a line that is not of the protocol: member "\x07n"#))
  }
}

@Suite struct ExcerptTests {
  @Test(arguments: [
    (0, "0123456789"), (79, "0123456789"),
    (100, "(60 bytes before) …0123456789"), (995, "(880 bytes before) …0123456789"),
    (5000, "(880 bytes before) …0123456789"), (-1, "0123456789"),
  ])
  func `an excerpt shows the place that matters`(offset: Int, start: String) {
    let bytes = Array(String(repeating: "0123456789", count: 100).utf8)
    let text = Excerpt.of(bytes, around: offset)
    #expect(text.hasPrefix(start), "\(text)")
    #expect(text.hasSuffix("bytes more)") == (offset < 900))
  }

  @Test func `text of a location is shown on one line and cut`() {
    #expect(Excerpt.ofText("a\nb\u{1B}[2J\u{202E}c") == #"a\u{a}b\u{1b}[2J\u{202e}c"#)
    #expect(Excerpt.ofText("für alle", limit: 3) == "für… (5 characters more)")
  }
}
