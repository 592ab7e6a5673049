import HanseSystem
import Testing

/// The real `hanse` in a process of its own; it ends with the test at the latest.
final class RunningTool {
  /// What a whole run of it came to.
  struct Outcome {
    var status: HanseSystem.ExitStatus
    var output: String
    var errors: String

    /// The output with `TIME` for each duration, and `CLOCK` for each time of the day.
    var timeless: String {
      output.replacing(/\d\d:\d\d:\d\d/, with: "CLOCK")
        .replacing(/\b\d+(\.\d+)?(ms|s)\b/, with: "TIME")
    }
  }

  let process: ChildProcess
  private let output: Descriptor
  private let errors = Monitor(Errors())

  /// What it wrote to standard error so far.
  private struct Errors {
    var bytes: [UInt8] = []
    var isOver = false

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  static var folder: String {
    get throws { Paths.directory(of: try SelfProcess.executablePath()) }
  }

  /// - Parameters:
  ///   - arguments: What follows the program's name.
  ///   - directory: Where it runs.
  ///   - environment: Beside PATH and HOME.
  ///   - executable: Another program than `hanse`.
  /// - Throws: When it cannot be started.
  init(
    _ arguments: [String],
    in directory: String? = nil,
    environment: [String: String] = [:],
    executable: String? = nil
  ) throws {
    Signals.ignoreBrokenPipe()
    let fromChild = try Pipe.make()
    let errors = try Pipe.make()
    var variables = ["PATH": Environment.value("PATH") ?? "", "HOME": "/tmp"]
    variables.merge(environment) { _, given in given }
    process = try ChildProcess.spawn(
      SpawnRequest(
        executable: try executable ?? Paths.join(Self.folder, "hanse"),
        arguments: arguments,
        environment: variables,
        workingDirectory: directory,
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: fromChild.writing,
        standardError: errors.writing
      )
    )
    fromChild.writing.close()
    errors.writing.close()
    output = fromChild.reading
    let (stream, seen) = (errors.reading, self.errors)
    try OSThread.start(name: "test-errors") {
      do throws(SystemError) {
        var bytes: [UInt8] = []
        while case .bytes = try stream.read(into: &bytes, upTo: 1 << 16) {
          let fresh = bytes
          seen.update { $0.bytes += fresh }
          bytes = []
        }
      } catch {
        seen.update { $0.bytes += Array("\(error)".utf8) }
      }
      seen.update { $0.isOver = true }
    }
  }

  deinit {
    process.signal(.kill)
    do {
      _ = try process.waitForExit()
    } catch {
      // Teardown: there is nothing left to collect.
    }
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String],
    in directory: String? = nil,
    environment: [String: String] = [:],
    executable: String? = nil
  ) throws -> Outcome {
    try RunningTool(
      arguments,
      in: directory,
      environment: environment,
      executable: executable
    ).finish()
  }

  static var path: String {
    get throws { Paths.join(try folder, "hanse") }
  }

  /// Runs it so that permissions of files hold, even for the superuser.
  ///
  /// - Throws: When it cannot be started.
  static func withoutPrivileges(_ arguments: [String], in directory: String) throws -> Outcome {
    let capabilities = "-dac_override,-dac_read_search"
    let script = """
      if [ "$(id -u)" = 0 ]; then
        exec setpriv --bounding-set=\(capabilities) --inh-caps=\(capabilities) "$0" "$@"
      fi
      exec "$0" "$@"
      """
    return try run(
      ["-c", script, try path] + arguments,
      in: directory,
      executable: "/bin/sh"
    )
  }

  /// Runs a command line on a terminal, which `script` (util-linux) makes.
  ///
  /// - Returns: What the terminal was sent, standard error included.
  static func onTerminal(
    _ command: String,
    in folder: String,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    var variables = ["TERM": "xterm", "SHELL": "/bin/sh"]
    variables.merge(environment) { _, given in given }
    return try run(
      ["-qec", command, "/dev/null"],
      in: folder,
      environment: variables,
      executable: "/usr/bin/script"
    )
  }

  /// Waits for a line of its output that holds a text; nil when its output ends before.
  func line(with text: String) throws -> String? {
    while let line = try nextLine() {
      if line.contains(text) { return line }
    }
    return nil
  }

  /// Waits until its standard error holds a text.
  ///
  /// - Returns: False when that ends before.
  func errorsHold(_ text: String) -> Bool {
    errors.wait { errors -> Bool? in
      errors.text.contains(text) ? true : errors.isOver ? false : nil
    } ?? false
  }

  private func nextLine() throws -> String? {
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      if try output.read(into: &line, upTo: 1) == .endOfFile { return nil }
    }
    return String(decoding: line.dropLast(), as: UTF8.self)
  }

  func stopReading() { output.close() }

  func finish() throws -> Outcome {
    let text = output.isClosed ? [] : try output.readAll(limitBytes: 1 << 26)
    let status = try process.waitForExit()
    let errors = errors.wait { $0.isOver ? $0.text : nil }
    return Outcome(
      status: status,
      output: String(decoding: text, as: UTF8.self),
      errors: errors ?? ""
    )
  }
}

extension Tag {
  @Tag static var process: Self
  @Tag static var slow: Self
}
