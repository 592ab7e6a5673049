/// Reads one HTTP/1.1 response, however its bytes are cut.
///
/// Pure: the connection gives it bytes and takes what they mean.
package struct ResponseParser: Sendable {
  package enum Part: Hashable, Sendable {
    /// With the headers by names in lower case.
    case head(status: Int, headers: [String: String])
    case body([UInt8])
    case end
  }

  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
  }

  private enum State: Hashable {
    case head
    case counted(left: Int)
    case chunkSize
    case chunk(left: Int)
    case chunkEnd
    case trailer
    case untilClose
    case ended
  }

  private static let lineLimitBytes = 64 << 10

  private var state = State.head
  private var buffer: [UInt8] = []
  private var headBytes = 0
  private var lines: [String] = []
  private let hasBody: Bool

  /// - Parameter method: What was asked with; the answer to HEAD has no body.
  package init(method: String = "GET") { hasBody = method != "HEAD" }

  package mutating func append(_ bytes: [UInt8]) throws(Failure) -> [Part] {
    buffer += bytes
    var parts: [Part] = []
    var rest = buffer[...]
    while try step(&rest, &parts) {}
    buffer = Array(rest)
    return parts
  }

  /// The other side has closed.
  package mutating func finish() throws(Failure) -> [Part] {
    switch state {
    case .ended: return []
    case .untilClose:
      state = .ended
      return [.end]
    case .head, .counted, .chunkSize, .chunk, .chunkEnd, .trailer:
      throw Failure(description: "the connection ended in the middle of the answer")
    }
  }

  /// Takes one thing from the bytes; false when there are too few.
  private mutating func step(
    _ rest: inout ArraySlice<UInt8>,
    _ parts: inout [Part]
  ) throws(Failure) -> Bool {
    switch state {
    case .head:
      guard let line = try line(&rest) else { return false }
      try headLine(line, &parts)
    case .counted(let left):
      guard let taken = take(left, &rest, &parts) else { return false }
      state = .counted(left: left - taken)
      if left == taken { end(&parts) }
    case .chunkSize:
      guard let line = try line(&rest) else { return false }
      guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else {
        throw Failure(description: "a chunk of the answer has no size")
      }
      state = size == 0 ? .trailer : .chunk(left: size)
    case .chunk(let left):
      guard let taken = take(left, &rest, &parts) else { return false }
      state = left == taken ? .chunkEnd : .chunk(left: left - taken)
    case .chunkEnd:
      guard let line = try line(&rest) else { return false }
      guard line.isEmpty else { throw Failure(description: "a chunk of the answer has no end") }
      state = .chunkSize
    case .trailer:
      guard let line = try line(&rest) else { return false }
      if line.isEmpty { end(&parts) }
    case .untilClose: return take(.max, &rest, &parts) != nil
    case .ended: return false
    }
    return true
  }

  private mutating func end(_ parts: inout [Part]) {
    state = .ended
    parts.append(.end)
  }

  /// Hands on up to `limit` bytes of the body.
  private func take(
    _ limit: Int,
    _ rest: inout ArraySlice<UInt8>,
    _ parts: inout [Part]
  ) -> Int? {
    guard !rest.isEmpty else { return nil }
    let part = rest.prefix(limit)
    parts.append(.body(Array(part)))
    rest = rest.dropFirst(part.count)
    return part.count
  }

  private mutating func line(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> String? {
    guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      guard rest.count <= Self.lineLimitBytes else {
        throw Failure(description: "a line of the answer is longer than 64 KiB")
      }
      return nil
    }
    var line = rest[..<newline]
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    rest = rest[(newline + 1)...]
    return String(decoding: line, as: UTF8.self)
  }

  private mutating func headLine(_ line: String, _ parts: inout [Part]) throws(Failure) {
    headBytes += line.utf8.count
    guard headBytes <= Self.lineLimitBytes else {
      throw Failure(description: "the head of the answer is longer than 64 KiB")
    }
    guard line.isEmpty else {
      lines.append(line)
      return
    }
    let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw Failure(description: "what answers there does not speak HTTP")
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw Failure(description: "the answer has a bad header") }
      headers[sides[0].lowercased()] = String(sides[1].drop { $0 == " " || $0 == "\t" })
    }
    lines = []
    guard status >= 200 else { return }
    parts.append(.head(status: status, headers: headers))
    try beginBody(status, headers, &parts)
  }

  private mutating func beginBody(
    _ status: Int,
    _ headers: [String: String],
    _ parts: inout [Part]
  ) throws(Failure) {
    if !hasBody || status == 204 || status == 304 { return end(&parts) }
    if headers["transfer-encoding"]?.lowercased() == "chunked" {
      state = .chunkSize
    } else if let text = headers["content-length"] {
      guard let length = Int(text), length >= 0 else {
        throw Failure(description: "the answer's Content-Length is \"\(text)\"")
      }
      if length == 0 { end(&parts) } else { state = .counted(left: length) }
    } else {
      state = .untilClose
    }
  }
}
