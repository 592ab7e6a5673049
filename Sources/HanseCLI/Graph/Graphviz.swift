import HanseModel
import HanseSystem

/// Runs Graphviz's `dot`, which knows how to lay a graph out.
enum Graphviz {
  private static let limitBytes = 256 << 20

  /// Where `dot` is; nil where Graphviz is not installed.
  static func find(in environment: [String: String]) -> String? {
    for directory in (environment["PATH"] ?? "").split(separator: ":") {
      let candidate = Paths.join(String(directory), "dot")
      do throws(SystemError) {
        if let status = try Files.status(candidate), status.isExecutable, !status.isDirectory {
          return candidate
        }
      } catch {
        // A folder of PATH that cannot be looked into holds nothing that can be run.
      }
    }
    return nil
  }

  /// Draws a graph as SVG.
  static func svg(
    _ dot: String,
    environment: [String: String]
  ) throws -> [UInt8] {
    try run(["-Tsvg"], input: Array(dot.utf8), environment: environment)
  }

  /// What `dot -V` says.
  static func version(environment: [String: String]) throws -> String {
    let output = try run(["-V"], input: [], environment: environment)
    return String(decoding: output, as: UTF8.self).visibleLine
  }

  private static func run(
    _ arguments: [String],
    input: [UInt8],
    environment: [String: String]
  ) throws -> [UInt8] {
    guard let executable = find(in: environment) else {
      throw CommandError(.failed, GraphMessages.noGraphviz)
    }
    let (inputEnd, writing) = try Pipe.make()
    let (reading, outputEnd) = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: executable,
        arguments: arguments,
        environment: environment,
        standardInput: inputEnd,
        standardOutput: outputEnd,
        // What it complains about comes to the reader together with what it makes.
        standardError: arguments == ["-V"] ? outputEnd : StandardStreams.standardError
      )
    )
    inputEnd.close()
    outputEnd.close()
    let writer = try OSThread.start(name: "hanse-dot") {
      do throws(SystemError) {
        try writing.writeAll(input)
      } catch {
        // It ended without reading everything: its exit status says why.
      }
      writing.close()
    }
    let output = try reading.readAll(limitBytes: limitBytes)
    writer.join()
    let status = try child.waitForExit()
    guard status.isSuccess else {
      throw CommandError(.failed, GraphMessages.graphvizFailed("\(status)"))
    }
    return output
  }
}
