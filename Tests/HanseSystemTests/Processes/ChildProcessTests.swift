import Glibc
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct ChildProcessTests {
  @Test func `a child reads its input and writes its output`() throws {
    let child = try RunningShell(executable: "/bin/cat")
    try child.input.writeAll(Array("hello".utf8))
    child.input.close()
    #expect(try child.text() == "hello")
    #expect(try child.process.waitForExit() == .exited(0))
  }

  @Test func `arguments, environment and directory arrive as given, and nothing more`() throws {
    let child = try RunningShell(
      executable: "/bin/sh",
      arguments: [
        "-c", #"pwd; printf '%s|' "$@"; echo; /usr/bin/env | sort"#, "sh", "a b", "", "ü",
      ],
      environment: ["NAME": "x=y z"],
      workingDirectory: "/usr"
    )
    let lines = try child.lines()
    #expect(lines.first == "/usr")
    #expect(lines.dropFirst().first == "a b||ü|")
    // The shell itself sets these three.
    let own = ["OLDPWD", "PWD", "SHLVL", "_"]
    let names = lines.dropFirst(2).filter { line in !own.contains { line.hasPrefix($0 + "=") } }
    #expect(names == ["NAME=x=y z"])
  }

  @Test func `a child has the three streams and no other descriptor`() throws {
    // Without close-on-exec, as a careless library would leave it.
    let careless = (0..<5).map { _ in Descriptor(owning: dup(2)) }
    let child = try RunningShell(
      "i=0; while [ $i -lt 256 ]; do [ -e /proc/self/fd/$i ] && echo $i; i=$((i+1)); done"
    )
    #expect(try child.lines() == ["0", "1", "2"])
    #expect(careless.allSatisfy { $0.number >= 3 })
  }

  @Test func `streams given in any order reach their places`() throws {
    let pipe = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: "/bin/sh",
        arguments: ["-c", "readlink /proc/self/fd/0; readlink /proc/self/fd/1 >&2"],
        standardInput: StandardStreams.standardError,
        standardOutput: pipe.writing,
        standardError: pipe.writing
      )
    )
    pipe.writing.close()
    let text = String(decoding: try pipe.reading.readAll(limitBytes: 4096), as: UTF8.self)
    #expect(try child.waitForExit() == .exited(0))
    let links = text.split(separator: "\n")
    #expect(links.count == 2)
    #expect(links.last?.hasPrefix("pipe:") == true)
  }

  @Test func `a child leads a process group of its own`() throws {
    let child = try RunningShell("read -r _ _ _ _ group _ < /proc/self/stat; echo $group")
    #expect(try child.lines() == ["\(child.process.pid)"])
  }

  @Test func `no signal is blocked or ignored in a child, whatever holds here`() throws {
    Signals.ignoreBrokenPipe()
    let found = Monitor<[String]>([])
    let thread = try OSThread.start(name: "blocker") {
      do {
        try Signals.block([.terminate, .user2, .child])
        let child = try RunningShell(executable: "/bin/cat", arguments: ["/proc/self/status"])
        let lines = try child.lines()
        found.update { $0 = lines }
      } catch {
        Issue.record(error)
      }
    }
    thread.join()
    var masks: [Substring: UInt64] = [:]
    for line in found.withLock({ $0 }) {
      let words = line.split(separator: "\t")
      if words.count == 2 { masks[words[0]] = UInt64(words[1], radix: 16) }
    }
    // Signals 32 and 33 belong to the C library, which ignores them in a child.
    let ours = ~UInt64(3 << 31)
    #expect(masks["SigBlk:"] == 0)
    #expect(masks["SigIgn:"].map { $0 & ours } == 0)
  }

  @Test func `an exit status is reported, again and again`() throws {
    let child = try RunningShell("exit 3")
    let status = try child.process.waitForExit()
    #expect(status == .exited(3))
    #expect(status.description == "exit status 3")
    #expect(!status.isSuccess)
    #expect(try child.process.reap() == .exited(3))
    #expect(try child.process.waitForExit() == .exited(3))
  }

  @Test func `a running child has no status, and a killed one names its signal`() throws {
    let child = try RunningShell(executable: "/bin/cat")
    #expect(try child.process.reap() == nil)
    #expect(child.process.signal(.kill))
    let status = try child.process.waitForExit()
    #expect(status == .signaled(9, coreDumped: false))
    #expect(status.description == "signal 9 (SIGKILL)")
    #expect(!child.process.signal(.kill))
  }

  @Test func `a signal to the group reaches what the child left behind`() throws {
    let child = try RunningShell("sleep infinity & echo started; exit 0")
    #expect(try child.nextLine() == "started")
    #expect(try child.process.waitForExit() == .exited(0))

    #expect(child.process.signalGroup(.kill))

    // The orphan holds the other end of the output: only its death ends it.
    #expect(try child.text() == "")
  }

  @Test func `a poller tells that a child has ended`() throws {
    let child = try RunningShell(executable: "/bin/cat")
    let poller = try Poller()
    try poller.add(child.process.pidfd, token: 5, interest: .read)
    var ready: [Poller.Ready] = []
    try poller.wait(upToMilliseconds: 0, into: &ready)
    #expect(ready.isEmpty)
    child.input.close()
    try poller.wait(upToMilliseconds: nil, into: &ready)
    #expect(ready.map(\.token) == [5])
    #expect(try child.process.reap() == .exited(0))
  }

  @Test func `many children spawned from many threads each get their own output`() throws {
    let wrong = Monitor<[String]>([])
    let threads = try (0..<4).map { number in
      try OSThread.start(name: "spawner \(number)") {
        for round in 0..<10 {
          do {
            let child = try RunningShell("echo \(number).\(round)")
            let text = try child.text()
            let status = try child.process.waitForExit()
            if text != "\(number).\(round)\n" || !status.isSuccess {
              wrong.update { $0.append(text) }
            }
          } catch {
            Issue.record(error)
          }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(wrong.withLock { $0 } == [])
  }
}
