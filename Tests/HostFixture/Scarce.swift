import HanseHost
import HanseModel
import HanseSystem

/// What becomes of things when a process may open no more files.
///
/// To be run with a low limit (`ulimit -n`), which it fills.
enum Scarce {
  /// Every descriptor that this process may still have.
  private final class Hoard {
    private var files: [Descriptor] = []

    init() {
      do throws(SystemError) {
        while true { files.append(try StandardStreams.nullDevice()) }
      } catch {
        // Full.
      }
    }

    func spare(_ count: Int) {
      for _ in 0..<count { files.popLast()?.close() }
    }
  }

  /// Fills a file that rotates, with no descriptor to open the next one with, and then goes on.
  static func rotation(_ folder: String, _ say: (String) -> Void) throws {
    let file = try RotatingFile(
      directory: folder,
      name: "log",
      limitBytesPerFile: 10,
      keptFiles: 3
    )
    for number in 1...6 { try file.append(Array("line\(number)".utf8)) }
    let hoard = Hoard()
    for _ in 0..<3 {
      do throws(SystemError) {
        try file.append(Array("lost".utf8))
        say("written")
      } catch {
        say("refused \(error)")
      }
    }
    hoard.spare(1)
    try file.append(Array("line7".utf8))
    say("done")
  }

  /// Watches executables with nothing to watch them with.
  static func watch(_ folder: String, _ say: (String) -> Void) throws {
    let hoard = Hoard()
    // For what wakes the watching thread, and not for what it watches with.
    hoard.spare(1)
    let news = Monitor<[String]>([])
    let watch = try BinaryWatch { name, item in news.update { $0.append("\(name): \(item)") } }
    for name in ["alpha", "beta"] as [LocationName] {
      watch.watch(name, path: Paths.join(folder, name.text), running: nil)
    }
    let deadline = MonotonicClock.milliseconds(after: .seconds(60))
    news.wait(untilMilliseconds: deadline) { $0.count >= 2 }
    watch.close()
    for line in news.withLock({ $0.sorted() }) { say(line) }
    say("done")
  }

  /// Starts hosts with ever more descriptors to spare, until one starts.
  ///
  /// Whoever waits for one that does not start is answered.
  static func host(_ given: HostConfiguration, _ say: (String) -> Void) {
    var configuration = given
    configuration.keepsGenerations = true
    for count in 0..<60 {
      let hoard = Hoard()
      hoard.spare(count)
      let limit = Duration.seconds(60)
      do throws(HostError) {
        let host = try Host.start(configuration)
        let settled = host.waitUntilSettled(for: limit)
        var answer = "launched"
        do throws(HostError) {
          _ = try host.launch(RunRequest(selection: "*"))
        } catch {
          answer = "\(error.code.rawValue)"
        }
        let isInspected = host.inspect { _ in true } != nil
        host.stop()
        guard settled != nil, host.waitUntilStopped(for: limit) else {
          return say("hangs \(count)")
        }
        if let failure = host.waitUntilStopped() {
          say("ended \(answer) \(isInspected) \(failure)")
        } else {
          say("started \(answer)")
          return say("done")
        }
      } catch {
        say("refused \(error)")
      }
    }
  }
}
