import HanseCore

/// What to do about a location that does not serve, by the kind of its fault.
///
/// It never says again, or otherwise, what the reason says already.
package enum FailureAdvice {
  /// - Parameters:
  ///   - fault: The code of the fault; nil for one without.
  ///   - program: The location's executable.
  ///   - words: What it said on standard error, as the reader is told to find it, such as `its log`;
  ///     nil when it said nothing.
  /// - Returns: What to do before it is started again.
  package static func fix(_ fault: String?, program: String, words: String?) -> String {
    switch fault.map(FaultCode.init(rawValue:)) {
    case .executableMissing?, .executableDenied?, .executableFormat?, .interpreter?, .loader?,
      .digest?, .environment?, .spawn?, .fence?, .overLimit?, .outOfMemory?:
      return "put that right"
    case .handshakeTimedOut?:
      return
        "see what \(program) waits for before it answers, or raise \"timeouts.handshake\" of its entry"
    case .definitionsTimedOut?:
      return
        "see what \(program) waits for before it defines, or raise \"timeouts.definitions\" of its "
        + "entry"
    case .suspended?: return "let it go on, or see who stops it"
    case .brokeProtocol?: return conform(program)
    case let fault? where fault.rawValue.hasPrefix("WIRE-"): return conform(program)
    default:
      return words.map { "read \($0), and mend \(program)" }
        ?? "it wrote nothing to standard error: run \(program) by hand to see why it ends"
    }
  }

  private static func conform(_ program: String) -> String {
    "mend what \(program) sends; `hanse conform \(program)` shows where it breaks the protocol"
  }
}
