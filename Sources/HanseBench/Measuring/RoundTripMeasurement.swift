import HanseModel
import HanseSystem
import HanseWire

/// A ping through encoding, pipe, a location and decoding, against the same bytes and an echo.
struct RoundTripMeasurement {
  var count: Int
  var location: String

  func run() throws -> [String: Double] {
    let bare = try measureBarePipe()
    let whole = try measureProtocol()
    return [
      "protocol p50": whole.median,
      "protocol p99": whole.percentile(99),
      "bare pipe p50": bare.median,
      "protocol to bare pipe": whole.median / bare.median,
    ]
  }

  private func measureBarePipe() throws -> Statistics {
    let child = try PipedChild(executable: try SelfProcess.executablePath(), ["--echo"])
    let line = HostMessage.ping(id: 1_000_000).line
    var answer: [UInt8] = []
    let times = try timed {
      try child.write(line)
      answer.removeAll(keepingCapacity: true)
      while answer.count < line.count { try child.read(into: &answer) }
    }
    try child.end()
    return times
  }

  private func measureProtocol() throws -> Statistics {
    let child = try PipedChild(executable: location, ["serve"])
    var framer = LineFramer(limitBytes: WireLimits().lineBytes)
    try child.write(initialization.line)
    _ = try message(child, &framer)
    var id: Int64 = 1
    let times = try timed {
      id += 1
      try child.write(HostMessage.ping(id: id).line)
      guard case .result(let answered, let place) = try message(child, &framer).body,
        answered == id
      else { throw BenchFailure("the location did not answer the ping") }
      let _: PingResult = try place.read()
    }
    try child.end()
    return times
  }

  private var initialization: HostMessage {
    .initialize(
      id: 1,
      InitializeRequest(
        host: Program(name: "hanse-bench", version: "1"),
        location: "bench",
        generation: Generation(1),
        epoch: HostEpoch(1),
        limits: WireLimits(),
        io: StorageChoice(kind: "memory")
      )
    )
  }

  private func message(
    _ child: PipedChild,
    _ framer: inout LineFramer
  ) throws -> LocationMessage {
    while true {
      if let line = try framer.next() {
        return try LocationMessage(line: line, depthLimit: WireLimits().nestingDepth)
      }
      var chunk: [UInt8] = []
      try child.read(into: &chunk)
      framer.append(chunk)
    }
  }

  /// Times of single round trips in microseconds, after a tenth as many to warm up.
  private func timed(_ body: () throws -> Void) throws -> Statistics {
    for _ in 0..<(count / 10) { try body() }
    var times: [Double] = []
    for _ in 0..<count {
      let start = MonotonicClock.nanoseconds()
      try body()
      times.append(Double(MonotonicClock.nanoseconds() - start) / 1000)
    }
    return Statistics(times)
  }
}
