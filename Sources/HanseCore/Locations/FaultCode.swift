/// The stable name of what can be wrong with a location's process, for programs and for searching.
///
/// Open: whoever finds a new kind of fault gives it a name of its own.
package struct FaultCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  private init(_ rawValue: String) { self.rawValue = rawValue }

  package var description: String { rawValue }

  /// There is no such file.
  package static let executableMissing = FaultCode("LOC-EXEC-MISSING")
  /// The file may not be run.
  package static let executableDenied = FaultCode("LOC-EXEC-DENIED")
  /// The file is not a program for this machine.
  package static let executableFormat = FaultCode("LOC-EXEC-FORMAT")
  /// The program that is to run the file, as its first line or its header names it, is missing.
  package static let interpreter = FaultCode("LOC-EXEC-INTERPRETER")
  /// A shared library that the program needs is missing or too old.
  package static let loader = FaultCode("LOC-EXEC-LOADER")
  /// The file is not the one that its entry pins by `sha256`.
  package static let digest = FaultCode("LOC-DIGEST")
  /// A variable or a secret that it is to be given is not there.
  package static let environment = FaultCode("LOC-ENVIRONMENT")
  /// It could not be started for another reason.
  package static let spawn = FaultCode("LOC-SPAWN")
  /// It ended before it had answered the handshake.
  package static let exitedEarly = FaultCode("LOC-EXIT-EARLY")
  /// It ended by itself after the handshake.
  package static let crashed = FaultCode("LOC-CRASH")
  package static let handshakeTimedOut = FaultCode("LOC-HANDSHAKE-TIMEOUT")
  package static let definitionsTimedOut = FaultCode("LOC-DEFS-TIMEOUT")
  /// Its protocol thread answers no ping.
  package static let hung = FaultCode("LOC-HUNG")
  /// It does not run at all: SIGSTOP, or a debugger.
  package static let suspended = FaultCode("LOC-STOPPED")
  /// It said something that the protocol does not allow; what that is has a `WIRE-` code where one
  /// line shows it.
  package static let brokeProtocol = FaultCode("LOC-PROTOCOL")
  /// It used more than it may: memory, processes, processor time, the size of a file.
  package static let overLimit = FaultCode("LOC-LIMIT")
  /// The kernel killed it, most likely because the machine had no memory left.
  package static let outOfMemory = FaultCode("LOC-OUT-OF-MEMORY")
  /// The fences that its entry asks for cannot be had on this machine.
  package static let fence = FaultCode("LOC-FENCE")
  /// A step of it could not be stopped in any other way.
  package static let stepStuck = FaultCode("LOC-STEP-STUCK")

  /// Whether every further try fails as well until somebody corrects something.
  ///
  /// Such a location is quarantined at once: quick tries would only fill its log. Another file in the
  /// place of its program is noticed and tried at once all the same.
  package var needsCorrection: Bool { Self.correctable.contains(self) }

  /// Whether the file itself cannot be run, before anything in it was.
  package var isOfFile: Bool {
    [.executableMissing, .executableDenied, .executableFormat].contains(self)
  }

  private static let correctable: Set<FaultCode> = [
    .executableMissing, .executableDenied, .executableFormat, .interpreter, .loader, .digest,
    .environment,
  ]
}
