import HanseSystem

/// The real `hanse` in a process of its own; it ends with the test at the latest.
final class Tool {
  struct Outcome {
    var status: ExitStatus
    var output: String
    var errors: String
  }

  let process: ChildProcess
  private let output: Stream
  private let errors: Stream

  /// One of its streams, read by a thread of its own.
  private final class Stream: Sendable {
    private struct State {
      var bytes: [UInt8] = []
      var isOver = false
      var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private let state = Monitor(State())

    init(_ descriptor: Descriptor) throws {
      let state = state
      try OSThread.start(name: "test-stream") {
        do throws(SystemError) {
          var bytes: [UInt8] = []
          while case .bytes = try descriptor.read(into: &bytes, upTo: 1 << 16) {
            let fresh = bytes
            state.update { $0.bytes += fresh }
            bytes = []
          }
        } catch {
          state.update { $0.bytes += Array("\(error)".utf8) }
        }
        state.update { $0.isOver = true }
      }
    }

    /// Waits until it has a text; false when it ends before.
    func holds(_ text: String) -> Bool {
      state.wait { $0.text.contains(text) ? true : $0.isOver ? false : nil } ?? false
    }

    /// Waits for its end.
    func whole() -> String { state.wait { $0.isOver ? $0.text : nil } ?? "" }
  }

  init(_ arguments: [String], in directory: String, temporary: String? = nil) throws {
    Signals.ignoreBrokenPipe()
    let (fromChild, errorsOfChild) = (try Pipe.make(), try Pipe.make())
    var variables = ["PATH": Environment.value("PATH") ?? "", "HOME": "/tmp"]
    if let temporary { variables["TMPDIR"] = temporary }
    process = try ChildProcess.spawn(
      SpawnRequest(
        executable: try Programs.beside("hanse"),
        arguments: arguments,
        environment: variables,
        workingDirectory: directory,
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: fromChild.writing,
        standardError: errorsOfChild.writing
      )
    )
    fromChild.writing.close()
    errorsOfChild.writing.close()
    output = try Stream(fromChild.reading)
    errors = try Stream(errorsOfChild.reading)
  }

  deinit {
    process.signal(.kill)
    do {
      _ = try process.waitForExit()
    } catch {
      // Teardown: there is nothing left to collect.
    }
  }

  func errorsHold(_ text: String) -> Bool { errors.holds(text) }

  func finish() throws -> Outcome {
    let output = output.whole()
    return Outcome(status: try process.waitForExit(), output: output, errors: errors.whole())
  }

  static func run(
    _ arguments: [String],
    in directory: String,
    temporary: String? = nil
  ) throws -> Outcome {
    try Tool(arguments, in: directory, temporary: temporary).finish()
  }

  /// The processes that work in a folder or below it.
  static func processes(in folder: String) throws -> [Int32] {
    try Files.list("/proc").compactMap { Int32($0) }.filter { pid in
      Files.linkTarget("/proc/\(pid)/cwd")?.hasPrefix(folder) ?? false
    }
  }
}
