import HanseSystem

/// Ways for a process to end.
enum Endings {
  /// Reads memory that the process has not: SIGSEGV.
  static func crash() -> Never {
    // The address is inside the first page, which no process has.
    if let address = unsafe UnsafePointer<Int>(bitPattern: 64) {
      Main.say("\(unsafe address.pointee)", on: StandardStreams.standardError)
    }
    SelfProcess.raise(Signal(number: 11))
    Waiting.forEver()
  }

  static func abort() -> Never {
    SelfProcess.raise(.abort)
    Waiting.forEver()
  }

  static func kill() -> Never {
    SelfProcess.raise(.kill)
    Waiting.forEver()
  }
}
