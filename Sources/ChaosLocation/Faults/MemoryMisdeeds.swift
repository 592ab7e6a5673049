import HanseFaults
import HanseSystem

/// What a step's code takes from everybody: memory, descriptors, disk, the attention of the log.
///
/// Each has a bound of its own, whatever the arguments say.
struct MemoryMisdeeds {
  private static let memoryLimitBytes = 2 << 30
  private static let diskLimitBytes = 256 << 20
  private static let descriptorLimit = 1 << 20
  private let settings: Settings

  init(_ settings: Settings) { self.settings = settings }

  func commit(_ fault: MemoryFault) throws {
    switch fault {
    case .allocate: allocate(bytes: min(settings.bytes ?? 1 << 30, Self.memoryLimitBytes))
    case .errorFlood: Floods.errors(bytes: settings.bytes ?? 256 << 20)
    case .errorLine:
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
      Floods.errors(bytes: settings.bytes ?? 64 << 20, of: piece)
      Floods.errors(bytes: 1, of: [UInt8(ascii: "\n")])
    case .errorBinary:
      let odd: [UInt8] =
        Array("\u{1B}[2J\u{1B}]0;owned\u{07}\r\u{9B}31m\u{202E}\n".utf8) + [0, 0xFF, 0xFE, 0x0A]
      for _ in 0..<1000 { Floods.errors(bytes: odd.count, of: odd) }
    case .descriptorLeak: try leakDescriptors()
    case .fillDisk: try fillDisk(bytes: min(settings.bytes ?? 256 << 20, Self.diskLimitBytes))
    }
  }

  /// Holds more and more, each page written to, so that it is there in truth.
  private func allocate(bytes: Int) {
    var held: [[UInt8]] = []
    let piece = 32 << 20
    for index in 0..<max(1, bytes / piece) {
      held.append([UInt8](repeating: UInt8(truncatingIfNeeded: index + 1), count: piece))
    }
    Waiting.block(milliseconds: settings.milliseconds ?? 200)
    Main.say("held \(held.count * piece >> 20) MiB\n", on: StandardStreams.standardError)
  }

  private func leakDescriptors() throws {
    var held: [Descriptor] = []
    while held.count < Self.descriptorLimit {
      do {
        held.append(try Files.open("/dev/null", for: .reading))
      } catch {
        break
      }
    }
    Main.say("held \(held.count) descriptors\n", on: StandardStreams.standardError)
    for descriptor in held { descriptor.close() }
  }

  private func fillDisk(bytes: Int) throws {
    let piece = [UInt8](repeating: 0x58, count: 1 << 20)
    for index in 0..<4 {
      let path = "chaos.fill\(index)"
      let file = try Files.open(path, for: .creating)
      for _ in 0..<(bytes >> 22) { try file.writeAll(piece) }
      file.close()
    }
    for index in 0..<4 { try Files.remove("chaos.fill\(index)") }
  }
}
