/// How a process ended.
package enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
  /// It returned from `main` or called `exit`.
  case exited(Int32)
  /// A signal ended it.
  case signaled(Int32, coreDumped: Bool)

  package var isSuccess: Bool { self == .exited(0) }

  package var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signaled(let number, let coreDumped):
      "signal \(number) (\(Signal(number: number).name)\(coreDumped ? ", core dumped" : ""))"
    }
  }
}
