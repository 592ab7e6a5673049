import HanseCore
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A disk that takes its time, and a location that does not.
@Suite(.timeLimit(.minutes(10))) struct BackPressureTests {
  /// Lets commits with log records of a flood through one by one, or all of them.
  private final class SlowDisk: Sendable {
    private struct State {
      var allowed = 0
      var isOpen = false
    }
    private let state = Monitor(State())

    /// On the log's thread, before a commit.
    func wait(for events: [Event]) {
      guard events.contains(where: { $0.record.payload.kind == "step.logged" }) else { return }
      state.wait { $0.allowed > 0 || $0.isOpen }
      state.update { $0.allowed -= 1 }
    }

    func allowOne() { state.update { $0.allowed = max($0.allowed, 0) + 1 } }
    func open() { state.update { $0.isOpen = true } }
  }

  /// `alpha/one` sends 12,000 log records; what waits of a location may take 256 KiB, and one that
  /// is held back is blocked in its own write.
  @Test func `a slow disk holds a flood back in its own pipe, and leaves its neighbour alone`()
    throws
  {
    let bench = try Bench()
    bench.eventsPerSecond = 1_000_000
    bench.eventBacklogBytes = 256 << 10
    // A hold must not be taken for a hang.
    bench.limits.pingInterval = .milliseconds(250)
    bench.limits.missedPings = 3
    let disk = SlowDisk()
    var configuration = try bench.configuration([
      bench.script("alpha", "logs"), try bench.fixture("beta"),
    ])
    configuration.faults.beforeCommit = { disk.wait(for: $0) }
    let host = try Host.start(configuration)
    defer {
      disk.open()
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    let settled = try host.settled()
    let flood = try host.launch("alpha/one")
    let held = try host.awaits("the hold") { $0.location("alpha")?.isHeldBack == true }
    #expect(held.location("beta")?.isHeldBack == false)
    // One turn takes 64 lines more than what was let in.
    let bytes = try #require(held.location("alpha")?.backlogBytes)
    #expect(bytes > 256 << 10 && bytes < 768 << 10, "\(bytes) bytes")
    // Nothing comes in, and nobody is ended for it, while the disk stands still for many pings.
    let changed = host.wait(for: .milliseconds(2500)) { snapshot in
      let alpha = snapshot.location("alpha")
      return alpha?.isHeldBack != true || alpha?.state != .running || alpha?.backlogBytes != bytes
    }
    #expect(changed == nil)

    // The disk takes one commit after the other, and the neighbour's run goes on with them.
    let finished = Monitor(false)
    let neighbour = try OSThread.start(name: "neighbour") {
      defer {
        finished.update { $0 = true }
        host.feed.wake()
      }
      do { #expect(try host.run("beta/left").status == .succeeded) } catch {
        Issue.record("\(error)")
      }
    }
    var peak = 0
    var seen = host.feed.durable
    disk.allowOne()
    while host.feed.wait(after: seen, for: .seconds(60), unless: { finished.withLock { $0 } }) {
      if finished.withLock({ $0 }) { break }
      seen = host.feed.durable
      peak = max(peak, host.snapshot.location("alpha")?.backlogBytes ?? 0)
      disk.allowOne()
    }
    neighbour.join()
    #expect(peak < 1 << 20, "\(peak) bytes")

    disk.open()
    let course = try host.course(of: flood)
    #expect(course.status == .succeeded)
    #expect(course.count("step.started", of: "alpha/one") == 1)
    // None was lost while its sender waited.
    #expect(course.count("step.logged", of: "alpha/one") == 12_000)
    let now = try host.awaits("the end of the hold") { $0.location("alpha")?.isHeldBack == false }
    for name in ["alpha", "beta"] as [LocationName] {
      #expect(now.location(name)?.processID == settled.location(name)?.processID)
    }
  }
}
