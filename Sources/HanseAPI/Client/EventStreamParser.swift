package import HanseModel

/// Reads server-sent events, however their bytes are cut.
package struct EventStreamParser: Sendable {
  package enum Item: Hashable, Sendable {
    case event(Event)
    /// The server lives, and has nothing to say.
    case heartbeat
    /// The stream ends for this reason.
    case problem(Problem)
  }

  private let lineLimitBytes: Int
  private var buffer: [UInt8] = []
  private var name = ""
  private var data: [UInt8] = []

  package init(lineLimitBytes: Int = 16 << 20) { self.lineLimitBytes = lineLimitBytes }

  package mutating func append(_ bytes: [UInt8]) throws(APIFailure) -> [Item] {
    buffer += bytes
    var items: [Item] = []
    var start = 0
    while let newline = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if let item = try line(buffer[start..<newline]) { items.append(item) }
      start = newline + 1
    }
    buffer.removeFirst(start)
    guard buffer.count <= lineLimitBytes else {
      throw .transport(
        "an event of the host is longer than \(lineLimitBytes >> 20) MiB, the limit"
      )
    }
    return items
  }

  private mutating func line(_ line: ArraySlice<UInt8>) throws(APIFailure) -> Item? {
    if line.isEmpty { return try dispatch() }
    if line.first == UInt8(ascii: ":") { return .heartbeat }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    var value = line[(colon + 1)...]
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": name = String(decoding: value, as: UTF8.self)
    case "data": data += (data.isEmpty ? [] : [UInt8(ascii: "\n")]) + value
    default: break
    }
    return nil
  }

  private mutating func dispatch() throws(APIFailure) -> Item? {
    defer { (name, data) = ("", []) }
    guard !data.isEmpty else { return nil }
    do throws(JSONError) {
      return name == "problem" ? .problem(try Problem.decode(data)) : .event(try Event.decode(data))
    } catch {
      throw .transport(
        "an event of the host cannot be understood: \(error); see that it is of this program's "
          + "version"
      )
    }
  }
}
