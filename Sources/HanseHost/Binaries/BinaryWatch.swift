package import HanseModel
package import HanseSystem

/// Watches the executables of locations, and says when one has become another program.
///
/// It has a thread that looks and a thread that reads: a large file being read delays the news of
/// another, and nothing else. The host's loop is never held up.
package final class BinaryWatch: Sendable {
  private enum Order: Sendable {
    case watch(LocationName, path: String, running: BinaryDigest?)
    case unwatch(LocationName)
    case read(LocationName, FileIdentity, Result<BinaryDigest, SystemError>)
    case stop
  }

  private struct Reading: Sendable {
    var name: LocationName
    var path: String
    var identity: FileIdentity
  }

  private struct Readings: Sendable {
    var waiting: [Reading] = []
    var isClosed = false
  }

  private struct Watched: Sendable {
    var names: Set<LocationName> = []
    /// Why nothing is watched any more.
    var failure: String?
  }

  private let orders = Monitor<[Order]>([])
  private let watched = Monitor(Watched())
  private let report: @Sendable (LocationName, BinaryNews) -> Void
  private let readings = Monitor(Readings())
  private let waker: Waker
  private let threads = Monitor<[OSThread]>([])

  /// Starts watching nothing.
  ///
  /// - Parameters:
  ///   - settlingTime: How long a file must look the same before it is read.
  ///   - report: Called on the watching thread, or by whoever watches what cannot be watched any
  ///     more; it must not wait.
  /// - Throws: When the threads or their poller cannot be made.
  package init(
    settlingTime: Duration = .milliseconds(250),
    report: @escaping @Sendable (LocationName, BinaryNews) -> Void
  ) throws(SystemError) {
    self.report = report
    waker = try Waker()
    let (orders, readings, waker, watched) = (orders, readings, waker, watched)
    let reader = try OSThread.start(name: "hanse-digest") {
      OSThread.yieldToOthers()
      BinaryWatch.readAll(readings) { order in
        orders.withLock { $0.append(order) }
        waker.wake()
      }
    }
    threads.withLock { $0.append(reader) }
    let watcher = try OSThread.start(name: "hanse-watch") {
      do throws(SystemError) {
        let loop = try Loop(settlingTime: settlingTime, waker: waker, report: report) { reading in
          readings.update { $0.waiting.append(reading) }
        }
        try loop.run {
          orders.withLock { taken in
            defer { taken = [] }; return taken
          }
        }
      } catch {
        let reason = "executables cannot be watched: \(error); start the host again"
        let names = watched.withLock { watched in
          watched.failure = reason
          return watched.names.sorted()
        }
        for name in names { report(name, .unusable(reason: reason)) }
      }
    }
    threads.withLock { $0.append(watcher) }
  }

  /// Watches a location's executable, and looks at it at once.
  ///
  /// - Parameters:
  ///   - name: The location; what was watched for it before is not any more.
  ///   - path: The absolute path; nothing need be there yet.
  ///   - running: The digest of the program in use; the same one again is no news.
  package func watch(_ name: LocationName, path: String, running: BinaryDigest?) {
    let failure = watched.withLock { watched in
      watched.names.insert(name)
      return watched.failure
    }
    give(.watch(name, path: path, running: running))
    if let failure { report(name, .unusable(reason: failure)) }
  }

  package func unwatch(_ name: LocationName) {
    watched.withLock { _ = $0.names.remove(name) }
    give(.unwatch(name))
  }

  /// Ends both threads, and waits for them.
  package func close() {
    give(.stop)
    readings.update { $0.isClosed = true }
    let running = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in running { thread.join() }
  }

  private func give(_ order: Order) {
    orders.withLock { $0.append(order) }
    waker.wake()
  }

  private static func readAll(
    _ readings: Monitor<Readings>,
    _ answer: (Order) -> Void
  ) {
    // Several locations may be of one program; it is read once.
    var known: [String: (identity: FileIdentity, digest: BinaryDigest)] = [:]
    while true {
      let next = readings.wait { state -> Reading?? in
        if state.isClosed { return .some(nil) }
        return state.waiting.isEmpty ? nil : .some(state.waiting.removeFirst())
      }
      guard case .some(.some(let reading)) = next else { return }
      let result: Result<BinaryDigest, SystemError>
      if let same = known[reading.path], same.identity == reading.identity {
        result = .success(same.digest)
      } else {
        do throws(SystemError) {
          result = .success(
            try FileDigest.read(reading.path, while: { !readings.withLock(\.isClosed) }).digest
          )
        } catch {
          result = .failure(error)
        }
        known[reading.path] = nil
        if case .success(let digest) = result,
          case .file(reading.identity, false) =
            BinaryLook(at: reading.path)
        {
          known[reading.path] = (reading.identity, digest)
        }
      }
      answer(.read(reading.name, reading.identity, result))
    }
  }

  /// What the watching thread has to itself.
  private final class Loop {
    private struct Subject {
      var path: String
      var settling: BinarySettling
      var lookAt: HostInstant?
    }

    private let settlingTime: Duration
    private let waker: Waker
    private let report: (LocationName, BinaryNews) -> Void
    private let read: (Reading) -> Void
    private let files: FileWatcher
    private let poller: Poller
    private var subjects: [LocationName: Subject] = [:]
    private var hasEnded = false

    init(
      settlingTime: Duration,
      waker: Waker,
      report: @escaping (LocationName, BinaryNews) -> Void,
      read: @escaping (Reading) -> Void
    ) throws(SystemError) {
      self.settlingTime = settlingTime
      self.waker = waker
      self.report = report
      self.read = read
      files = try FileWatcher()
      poller = try Poller()
      try poller.add(waker.descriptor, token: 0, interest: .read)
      try poller.add(files.descriptor, token: 1, interest: .read)
    }

    func run(takeOrders: () -> [Order]) throws(SystemError) {
      var ready: [Poller.Ready] = []
      while !hasEnded {
        try poller.wait(upToMilliseconds: patience(), into: &ready)
        waker.drain()
        for order in takeOrders() { take(order) }
        for report in try files.takeReports() {
          for (name, subject) in subjects where subject.path == report.path {
            handle(.noticed, of: name)
          }
        }
        lookAtDue()
      }
    }

    private func patience() -> Int? {
      guard let next = subjects.values.compactMap(\.lookAt).min() else { return nil }
      let nanoseconds = (next - Clock.now()).wholeNanoseconds
      return nanoseconds <= 0 ? 0 : Int((nanoseconds + 999_999) / 1_000_000)
    }

    private func take(_ order: Order) {
      switch order {
      case .watch(let name, let path, let running):
        forget(name)
        do throws(SystemError) {
          try files.add(path)
        } catch {
          report(name, .unusable(reason: "its executable cannot be watched: \(error)"))
        }
        subjects[name] = Subject(
          path: path,
          settling: BinarySettling(settlingTime: settlingTime, running: running)
        )
        handle(.noticed, of: name)
      case .unwatch(let name): forget(name)
      case .read(let name, let identity, let result):
        switch result {
        case .success(let digest): answer(name, identity, digest)
        case .failure(let error):
          handle(.digestFailed(identity, reason: "\(error)"), of: name)
        }
      case .stop: hasEnded = true
      }
    }

    /// What was read counts if the file still looks as it did before.
    private func answer(_ name: LocationName, _ identity: FileIdentity, _ digest: BinaryDigest) {
      guard let subject = subjects[name] else { return }
      if case .file(identity, let isBeingWritten) = BinaryLook(at: subject.path),
        isBeingWritten != true
      {
        handle(.digested(identity, digest), of: name)
      } else {
        handle(.noticed, of: name)
      }
    }

    private func forget(_ name: LocationName) {
      guard let subject = subjects.removeValue(forKey: name) else { return }
      if !subjects.values.contains(where: { $0.path == subject.path }) {
        files.remove(subject.path)
      }
    }

    private func lookAtDue() {
      let now = Clock.now()
      for (name, subject) in subjects {
        guard let due = subject.lookAt, due <= now else { continue }
        subjects[name]?.lookAt = nil
        handle(.looked(BinaryLook(at: subject.path)), of: name)
      }
    }

    private func handle(_ input: BinarySettling.Input, of name: LocationName) {
      guard var subject = subjects[name] else { return }
      let actions = subject.settling.handle(input, at: Clock.now())
      for action in actions {
        switch action {
        case .look(let time): subject.lookAt = time
        case .digest(let identity):
          read(Reading(name: name, path: subject.path, identity: identity))
        case .report(let news): report(name, news)
        }
      }
      subjects[name] = subject
    }
  }
}

extension BinaryLook {
  /// Looks at a path; symbolic links are followed.
  package init(at path: String) {
    do throws(SystemError) {
      guard let status = try Files.status(path) else {
        self = .missing
        return
      }
      if status.isDirectory {
        self = .unusable(reason: "\"\(path)\" is a directory, not a program")
      } else if !status.isRegular {
        self = .unusable(reason: "\"\(path)\" is not a plain file")
      } else if !status.isExecutable {
        self = .unusable(reason: "\"\(path)\" is not executable; `chmod +x` makes it so")
      } else {
        let identity = FileIdentity(
          sizeBytes: status.size,
          inode: status.inode,
          modifiedNanoseconds: status.modifiedNanoseconds
        )
        let file = try Files.open(path, for: .reading)
        self = .file(identity, isBeingWritten: Files.isOpenForWriting(file))
      }
    } catch {
      self = .unusable(reason: "\"\(path)\" cannot be looked at: \(error)")
    }
  }
}
