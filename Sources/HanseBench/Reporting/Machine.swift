import HanseModel
import HanseSystem

/// Where and when it was measured; without that a figure means little.
struct Machine: Sendable {
  var processors: Int
  var processorName: String
  /// How many threads wanted to run in the last minute, this program's among them.
  var loadAverage: Double
  var time: Timestamp

  static func look() -> Machine {
    let cpuinfo = lines(of: "/proc/cpuinfo")
    let name = cpuinfo.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return Machine(
      processors: cpuinfo.count { $0.hasPrefix("processor") },
      processorName: name.map { $0.drop { $0 == " " } }.map(String.init) ?? "unknown processor",
      loadAverage: lines(of: "/proc/loadavg").first?.split(separator: " ").first
        .flatMap { Double($0) } ?? 0,
      time: Timestamp(milliseconds: WallClock.millisecondsSince1970())
    )
  }

  private static func lines(of path: String) -> [Substring] {
    // Elsewhere than on Linux the machine stays unknown.
    guard let bytes = try? Files.read(path, limitBytes: 1 << 20) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
