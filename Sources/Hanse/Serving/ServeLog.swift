import HanseModel
import HanseSystem

/// What the library itself says while it serves: lines of the location's compute log.
enum ServeLog {
  static func write(_ message: String) {
    do {
      try StandardStreams.standardError.writeAll(Array("hanse: \(message.visible)\n".utf8))
    } catch {
      // There is nobody left to tell.
    }
  }
}
