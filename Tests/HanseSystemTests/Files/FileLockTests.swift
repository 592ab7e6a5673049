import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct FileLockTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("lock")
  }

  @Test func `a lock is held until released, and names its holder`() throws {
    guard case .locked(let lock) = try FileLock.acquire(path) else {
      Issue.record("a free lock was not given")
      return
    }
    #expect(try directory.text("lock") == "\(SelfProcess.pid)\n")
    guard case .held(let pid) = try FileLock.acquire(path) else {
      Issue.record("a held lock was given twice")
      return
    }
    #expect(pid == SelfProcess.pid)

    lock.release()
    lock.release()
    guard case .locked = try FileLock.acquire(path) else {
      Issue.record("a released lock was not given")
      return
    }
  }

  @Test func `a lock held by another process names it, and is free once that was killed`() throws {
    let other = try RunningShell(
      executable: "/usr/bin/env",
      arguments: [
        "python3", "-c",
        """
        import fcntl, os, sys
        file = open(sys.argv[1], "w")
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print(os.getpid(), file=file, flush=True)
        print("ready", flush=True)
        sys.stdin.readline()
        """,
        path,
      ],
      environment: ["PATH": Environment.value("PATH") ?? ""]
    )
    #expect(try other.nextLine() == "ready")
    guard case .held(let pid) = try FileLock.acquire(path) else {
      Issue.record("the lock of another process was given")
      return
    }
    #expect(pid == other.process.pid)

    other.process.signal(.kill)
    _ = try other.process.waitForExit()
    guard case .locked = try FileLock.acquire(path) else {
      Issue.record("the lock of a dead process was not given")
      return
    }
  }

  @Test(arguments: ["", "nonsense\n", "-1\n", "2147483647\n"])
  func `a holder that has not said who it is stays unnamed`(text: String) throws {
    guard case .locked(let lock) = try FileLock.acquire(path) else {
      Issue.record("a free lock was not given")
      return
    }
    // In place: another file of the same name would not be locked.
    let file = try Files.open(path, for: .updating)
    try file.writeAll(Array((text + "\n\n\n\n\n\n\n\n").utf8))
    guard case .held(let pid) = try FileLock.acquire(path) else {
      Issue.record("a held lock was given twice")
      return
    }
    #expect(pid == nil)
    lock.release()
  }

  @Test func `who holds a lock is seen without taking it or touching its file`() throws {
    #expect(try FileLock.holder(of: path) == .nobody, "there is no file")
    #expect(!Files.exists(path))
    try directory.write("lock", "4711\n")
    #expect(try FileLock.holder(of: path) == .nobody)
    #expect(try directory.text("lock") == "4711\n")
    guard case .locked(let lock) = try FileLock.acquire(path) else {
      Issue.record("a free lock was not given")
      return
    }
    #expect(try FileLock.holder(of: path) == .process(SelfProcess.pid))
    lock.release()
    #expect(try FileLock.holder(of: path) == .nobody)
  }

  @Test func `looking who holds a lock never keeps anybody from having it`() throws {
    let (path, isOver, looks) = (path, Monitor(false), Monitor(0))
    let looker = try OSThread.start(name: "looker") {
      do throws(SystemError) {
        while !isOver.withLock({ $0 }) {
          _ = try FileLock.holder(of: path)
          looks.update { $0 += 1 }
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    for round in 0..<2000 {
      guard case .locked(let lock) = try FileLock.acquire(path) else {
        Issue.record("a free lock was not given in round \(round)")
        break
      }
      lock.release()
    }
    looks.wait { $0 > 100 }
    isOver.update { $0 = true }
    looker.join()
  }

  @Test func `a holder sees when its file is no longer the one at the path`() throws {
    guard case .locked(let lock) = try FileLock.acquire(path) else {
      Issue.record("a free lock was not given")
      return
    }
    #expect(try lock.place() == .held)
    try Files.rename(path, to: directory.file("aside"))
    #expect(try lock.place() == .nothing)
    // Another file, even with what was in the first.
    try directory.write("lock", "\(SelfProcess.pid)\n")
    #expect(try lock.place() == .another)
    try Files.rename(directory.file("aside"), to: path)
    #expect(try lock.place() == .held)
    // The way to it is a file now.
    let folder = try TemporaryDirectory()
    try Files.createDirectories(folder.file("state"))
    let inside = folder.file("state/lock")
    guard case .locked(let other) = try FileLock.acquire(inside) else {
      Issue.record("a free lock was not given")
      return
    }
    try Files.rename(folder.file("state"), to: folder.file("aside"))
    try folder.write("state", "")
    #expect(try other.place() == .nothing)
    other.release()
    lock.release()
  }

  @Test func `a lock in a missing directory is an error that names it`() {
    let path = directory.file("none/lock")
    let error = #expect(throws: SystemError.self) { try FileLock.acquire(path) }
    #expect(error?.description == "open \"\(path)\": No such file or directory (ENOENT)")
  }
}
