import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

@testable import HanseCLI

/// What `hanse doctor` finds, word for word.
struct FindingWordsTests {
  /// Runs `body` with a state directory that is not there yet, gone afterwards.
  private func withState(_ body: (StateDirectory) throws -> Void) throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "doctor-tests-")
    defer {
      do {
        try Files.removeTree(folder)
      } catch {
        // Teardown: the system clears its temporary directory.
      }
    }
    try body(StateDirectory(path: Paths.join(folder, "state")))
  }

  @Test func `a state directory that is not there yet, and an empty one, are fine`() throws {
    try withState { state in
      #expect(
        StateExamination(state).findings() == [
          .ok("state directory", "\(state.path) is not there yet, which is fine")
        ]
      )
      try Files.createDirectories(state.path)
      #expect(
        StateExamination(state).findings() == [
          .ok("host", "none runs on this state directory"),
          .ok("event log", "\(state.eventLog) is not there yet, which is fine"),
        ]
      )
    }
  }

  @Test func `a file in the place of the state directory is told with what to do`() throws {
    try withState { state in
      try Files.writeAtomically(state.path, [1], durably: false)
      #expect(
        StateExamination(state).findings() == [
          .error(
            "state directory",
            "\(state.path) is a file, not a directory",
            fix: "move it away, or name another \"path\" under \"storage\" in the workspace"
          )
        ]
      )
    }
  }

  @Test(arguments: [("/proc/nope", "/proc", "No such file or directory (ENOENT)")])
  func `a state directory that nobody can make is told with what to do`(
    path: String,
    place: String,
    reason: String
  ) {
    #expect(
      StateExamination(StateDirectory(path: path)).findings() == [
        .error(
          "state directory",
          "\(path) is not there yet and cannot be made: \(place) takes no directory: \(reason)",
          fix: "let the user that runs this program write there, or name another \"path\" under "
            + "\"storage\" in the workspace"
        )
      ]
    )
  }

  @Test
  func `a link or a file in the way of the state directory is told, and nothing is left over`()
    throws
  {
    try withState { state in
      try Files.linkSymbolically(state.path, to: "nowhere")
      let below = Paths.join(state.path, "deeper")
      for (path, reason) in [
        (state.path, "No such file or directory (ENOENT)"),
        (below, "Not a directory (ENOTDIR)"),
      ] {
        if path == below {
          try Files.remove(state.path)
          try Files.writeAtomically(state.path, [1], durably: false)
        }
        let finding = try #require(StateExamination(StateDirectory(path: path)).findings().first)
        #expect(
          finding.message
            == "\(path) is not there yet and cannot be made: \(state.path) takes no directory: "
            + reason
        )
        #expect(finding.level == .error)
      }
      let folder = Paths.directory(of: state.path)
      #expect(try Files.list(folder) == ["state"])
      #expect(
        StateExamination(StateDirectory(path: Paths.join(folder, "new"))).findings().map(\.level)
          == [.ok]
      )
      #expect(try Files.list(folder) == ["state"])
    }
  }

  @Test func `an event log of a newer version is told with what fits it`() throws {
    try withState { state in
      try Files.createDirectories(state.path)
      let log = try EventLog.open(path: state.eventLog, program: "hanse 9.1.0")
      try log.withDatabase { database throws(EventLogError) in
        try database.execute(once: "PRAGMA user_version = 99")
      }
      log.close()
      #expect(
        StateExamination(state).findings().last
          == .error(
            "event log",
            "\(state.eventLog): opening it for reading failed: hanse 9.1.0 wrote schema version 99, "
              + "and this one knows up to \(Schema.version)",
            fix: "use that version or a newer one, or name another state directory"
          )
      )
    }
  }

  @Test func `a state directory that cannot be looked at is told with what to do`() throws {
    let long = "/\(String(repeating: "x", count: 300))"
    #expect(
      StateExamination(StateDirectory(path: long)).findings() == [
        .error(
          "state directory",
          "look at \"\(long)\": File name too long (ENAMETOOLONG)",
          fix: "let the user that runs this program read and write it"
        )
      ]
    )
  }

  @Test func `a host that holds the directory and does not answer is told`() throws {
    try withState { state in
      let held = try state.open()
      #expect(
        StateExamination(state).findings().first
          == .warning(
            "host",
            "process \(SelfProcess.pid) holds the state directory, but does not answer",
            fix: "wait until it is up, or end that process"
          )
      )
      held.release()
    }
  }

  @Test func `too few files for the locations are an error with the command that raises them`()
    throws
  {
    let (limit, _) = try SelfProcess.openFileLimit()
    let locations = Int(clamping: min(limit, 1 << 40)) / 8
    let needed = 64 + UInt64(locations) * 8
    #expect(
      MachineExamination.openFiles(locations: locations)
        == .error(
          "open files",
          "up to \(limit) at once; this workspace may need \(needed)",
          fix: "raise it with `ulimit -n \(needed)` or more"
        )
    )
  }

  @Test func `Graphviz that is missing is a warning with how to install it`() {
    #expect(
      MachineExamination.graphviz(["PATH": "/nowhere"])
        == .warning(
          "Graphviz",
          "not installed; `hanse graph --format svg` needs it",
          fix: "on Debian and Ubuntu: apt-get install graphviz"
        )
    )
  }

  @Test func `room on a disk is told with the folder that there is`() throws {
    let finding = MachineExamination.diskSpace(for: "/proc/nowhere/at/all")
    #expect(
      finding
        == .error(
          "disk",
          "0 B free in /proc",
          fix: "make room: the event log and the values are written there"
        )
    )
  }

  @Test func `what is damaged in a log is told with the first three places`() {
    #expect(
      DoctorMessages.corrupt(["a", "b", "c", "d"]) == "the file is damaged: a; b; c"
    )
    #expect(
      DoctorMessages.logIsSound(events: 12_345, schema: 3)
        == "sound, with 12,345 events, schema version 3"
    )
    #expect(DoctorMessages.hostRuns(7, "u") == "process 7 runs and answers at u")
    #expect(
      DoctorMessages.workspaceIsGood("w.json", 1) == "w.json has 1 location and no problems"
    )
  }
}
