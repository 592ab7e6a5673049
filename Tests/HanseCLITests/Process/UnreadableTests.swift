import HanseModel
import HanseStore
import HanseSystem
import Testing

@testable import HanseCLI

/// Files and directories that cannot be used, and what each command says of them, word for word.
///
/// Permissions hold for the superuser too here: see ``RunningTool/withoutPrivileges(_:in:)``.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct UnreadableTests {
  struct Obstacle: Sendable, CustomTestStringConvertible {
    var words: [String]
    /// What a shell does in the workspace's directory before; what it closes is opened afterwards.
    var setUp: String
    var status: Int32
    /// All of standard error; `DIR` is the workspace's directory.
    var errors: String

    init(_ words: [String], _ setUp: String, _ status: Int32, _ errors: String) {
      self.words = words
      self.setUp = setUp
      self.status = status
      self.errors = errors
    }

    var testDescription: String { "\(setUp); hanse \(words.joined(separator: " "))" }
  }

  private static let another =
    "see that it is a directory that this user may write, or name another \"path\" under "
    + "\"storage\" in the workspace\n"

  static let workspaces: [Obstacle] = [
    Obstacle(
      ["assets"],
      "chmod 000 workspace.json",
      3,
      "error: DIR/workspace.json cannot be used\nDIR/workspace.json:1:1: the file cannot be read: "
        + "Permission denied (EACCES); let this user read it\n"
    ),
    Obstacle(
      ["check"],
      "rm workspace.json; mkdir workspace.json",
      3,
      "error: DIR/workspace.json cannot be used\nDIR/workspace.json:1:1: the file cannot be read: "
        + "Is a directory (EISDIR); name a workspace file\n"
    ),
    Obstacle(
      ["runs", "-w", "loop"],
      "ln -s loop loop",
      3,
      "error: --workspace: \"loop\" cannot be looked at: Too many levels of symbolic links (ELOOP)\n"
        + "name another workspace.json, or the directory it is in\n"
    ),
    Obstacle(
      ["runs", "-w", String(repeating: "x", count: 5000)],
      "true",
      3,
      "error: --workspace: \"\(String(repeating: "x", count: 199))…\" cannot be looked at: "
        + "File name too long (ENAMETOOLONG)\n"
        + "name another workspace.json, or the directory it is in\n"
    ),
    Obstacle(
      ["runs", "-w", "closed/workspace.json"],
      "mkdir -m 000 closed",
      3,
      "error: --workspace: \"closed/workspace.json\" cannot be looked at: Permission denied "
        + "(EACCES)\nname another workspace.json, or the directory it is in\n"
    ),
    Obstacle(
      ["runs", "-w", "workspace.json/inner"],
      "true",
      3,
      "error: --workspace: there is no \"workspace.json/inner\"\n"
        + "name a workspace.json or the directory it is in, or make one with `hanse init DIR`\n"
    ),
  ]

  static let states: [Obstacle] = [
    Obstacle(
      ["assets"],
      "mkdir -m 000 .hanse",
      3,
      "error: the state directory DIR/.hanse cannot be used: look at \"DIR/.hanse/logs\": "
        + "Permission denied (EACCES); \(another)"
    ),
    Obstacle(
      ["runs"],
      "mkdir -m 000 .hanse",
      1,
      "error: event log DIR/.hanse/hanse.db: looking for it failed: Permission denied (EACCES); "
        + "check the file's permissions and its disk, then start the host again\n"
    ),
    Obstacle(
      ["runs"],
      "mkdir .hanse; : > .hanse/hanse.db; chmod 000 .hanse/hanse.db",
      1,
      "error: event log DIR/.hanse/hanse.db: opening it for reading failed: unable to open database "
        + "file (SQLite code 14); check the file's permissions and its disk, then start the host "
        + "again\n"
    ),
    Obstacle(
      ["assets"],
      "mkdir -p .hanse/hanse.db",
      3,
      "error: event log DIR/.hanse/hanse.db: opening it failed: unable to open database file "
        + "(SQLite code 14); check the file's permissions and its disk, then start the host again\n"
    ),
    Obstacle(
      ["dev"],
      "mkdir -p .hanse/host.lock",
      3,
      "error: the state directory DIR/.hanse cannot be used: open \"DIR/.hanse/host.lock\": "
        + "Is a directory (EISDIR); \(another)"
    ),
    Obstacle(
      ["dev"],
      "mkdir -p .hanse/host.json/inside",
      1,
      "error: where the host is reached cannot be written to DIR/.hanse/host.json: Is a directory "
        + "(EISDIR); move away what is in its place\n"
    ),
    Obstacle(
      ["logs", "fixture"],
      "mkdir -p .hanse/logs; : > .hanse/logs/fixture.log; chmod 000 .hanse/logs/fixture.log",
      1,
      "error: a compute log cannot be read: open \"DIR/.hanse/logs/fixture.log\": Permission denied "
        + "(EACCES); check the permissions of the state directory\n"
    ),
    Obstacle(
      ["logs", "fixture"],
      "mkdir -m 000 .hanse",
      1,
      "error: a compute log cannot be read: look at \"DIR/.hanse/logs\": Permission denied (EACCES); "
        + "check the permissions of the state directory\n"
    ),
  ]

  static let arguments: [Obstacle] = [
    Obstacle(
      ["materialize", "fixture/ok", "--config", "@secret"],
      ": > secret; chmod 000 secret",
      2,
      "error: option \"--config\": the file \"secret\" cannot be read: Permission denied (EACCES)\n"
        + "see `hanse help materialize`\n"
    ),
    Obstacle(
      ["materialize", "fixture/ok", "--config", "@large"],
      "head -c 9000000 /dev/zero > large",
      2,
      "error: option \"--config\": the file \"large\" has more than 8 MiB, the limit\n"
        + "see `hanse help materialize`\n"
    ),
    Obstacle(
      ["init", "closed"],
      "mkdir -m 000 closed",
      2,
      "error: closed cannot be looked at: Permission denied (EACCES); name another directory\n"
        + "see `hanse help init`\n"
    ),
    Obstacle(
      ["init", "closed/new"],
      "mkdir -m 555 closed",
      1,
      "error: closed/new/workspace.json cannot be written: Permission denied (EACCES); name another "
        + "directory\n"
    ),
    Obstacle(
      ["conform", "./workspace.json"],
      "true",
      2,
      "error: there is no program \"./workspace.json\"; name a file that may be executed, with a "
        + "slash, or a program of PATH\n"
    ),
    Obstacle(
      ["conform", "no-such-program"],
      "true",
      2,
      "error: there is no program \"no-such-program\"; name a file that may be executed, with a "
        + "slash, or a program of PATH\n"
    ),
    Obstacle(
      ["drill", "--fault", "crash-in-stepp"],
      "true",
      2,
      "error: there is no fault \"crash-in-stepp\"; did you mean \"crash-in-step\"?\n"
    ),
    Obstacle(
      ["drill", "--fault", "zzz"],
      "true",
      2,
      "error: there is no fault \"zzz\"; see `hanse drill --list`\n"
    ),
    Obstacle(
      ["drill", "--quick", "--location", "fixtur"],
      "true",
      2,
      "error: there is no location \"fixtur\" in the workspace; did you mean \"fixture\"?\n"
    ),
    Obstacle(
      ["drill", "--quick", "--location", "zzz"],
      "true",
      2,
      "error: there is no location \"zzz\" in the workspace; see `hanse locations`\n"
    ),
    Obstacle(
      ["drill"],
      "true",
      2,
      "error: name a fault with --fault NAME, take some of each kind with --quick, or take them all "
        + "with --all; --list explains them\n"
    ),
  ]

  @Test(arguments: workspaces + states + arguments)
  func `what cannot be read or written is told with its place and what to do`(
    obstacle: Obstacle
  ) throws {
    let workspace = try TemporaryWorkspace()
    try workspace.shell(obstacle.setUp)
    let outcome = try RunningTool.withoutPrivileges(obstacle.words, in: workspace.path)
    try workspace.shell("chmod -R u+rwX .")
    #expect(outcome.errors == obstacle.errors.replacing("DIR/", with: "\(workspace.path)/"))
    #expect(outcome.status == .exited(obstacle.status))
    #expect(outcome.output.isEmpty)
  }

  @Test func `in a directory that is gone the way out is named`() throws {
    let workspace = try TemporaryWorkspace([])
    let outcome = try RunningTool.run(
      ["-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" assets", try RunningTool.path],
      in: workspace.path,
      executable: "/bin/sh"
    )
    #expect(outcome.status == .exited(3))
    #expect(
      outcome.errors
        == """
        error: the current directory cannot be found: No such file or directory (ENOENT)
        change to another, or name a workspace with --workspace FILE

        """
    )
  }

  @Test(arguments: [["run", "abc"], ["logs", "abc"], ["events", "--run", "abc"]])
  func `the beginning of several runs' ids is refused with all of them`(words: [String]) throws {
    let workspace = try TemporaryWorkspace()
    try workspace.shell("mkdir .hanse")
    let log = try EventLog.open(path: Paths.join(workspace.path, ".hanse/hanse.db"))
    let creation = EventPayload.RunCreation(request: RunRequest(selection: "*"), plan: RunPlan())
    let time = Timestamp(milliseconds: 0)
    _ = try log.append(
      ["abc1", "abc2", "xyz3"].map {
        EventRecord(time: time, run: RunID($0), payload: .runCreated(creation))
      }
    )
    log.close()
    let outcome = try RunningTool.run(words, in: workspace.path)
    #expect(
      outcome.errors
        == "error: the ids of several runs begin with \"abc\": abc1, abc2; type more of the one you "
        + "mean\n"
    )
    #expect(outcome.status == .exited(2))
  }

  @Test func `doctor says what of the state it cannot look at`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.shell("mkdir -m 000 .hanse")
    let outcome = try RunningTool.withoutPrivileges(["doctor", "--quiet"], in: workspace.path)
    try workspace.shell("chmod 755 .hanse")
    #expect(
      outcome.output
        == """
        error    state directory: write to "\(workspace.path)/.hanse": Permission denied (EACCES)
                 let the user that runs this program read and write it
        error    host: open "\(workspace.path)/.hanse/host.lock": Permission denied (EACCES)
                 let the user that runs this program read and write it
        error    event log: \(workspace.path)/.hanse/hanse.db: looking for it failed: Permission \
        denied (EACCES)
                 check the file's permissions and its disk, then start the host again

        """
    )
    #expect(outcome.status == .exited(1))
  }

  @Test(arguments: ["", "logs", "host.lock"])
  func `doctor finds what of the state this user may not write`(name: String) throws {
    let workspace = try TemporaryWorkspace([])
    #expect(try workspace.hanse("locations", "--quiet").status == .exited(0))
    let path = name.isEmpty ? ".hanse" : ".hanse/\(name)"
    try workspace.shell("chmod a-w \(path)")
    let outcome = try RunningTool.withoutPrivileges(["doctor", "--quiet"], in: workspace.path)
    try workspace.shell("chmod u+w \(path)")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.output.hasPrefix(
        """
        error    state directory: write to "\(workspace.path)/\(path)": Permission denied (EACCES)
                 let the user that runs this program read and write it

        """
      ),
      "\(outcome.output)"
    )
  }

  @Test func `doctor finds an event log that this user may not write`() throws {
    let workspace = try TemporaryWorkspace([])
    #expect(try workspace.hanse("locations", "--quiet").status == .exited(0))
    try workspace.shell("chmod a-w .hanse/hanse.db")
    let outcome = try RunningTool.withoutPrivileges(["doctor", "--quiet"], in: workspace.path)
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.output.hasPrefix(
        """
        error    event log: write to "\(workspace.path)/.hanse/hanse.db": Permission denied (EACCES)
                 let the user that runs this program read and write it

        """
      ),
      "\(outcome.output)"
    )
  }

  @Test func `doctor finds a state directory that this user cannot make`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.shell("mkdir closed && chmod a-w closed")
    try workspace.write(
      #"{ "version": 1, "storage": { "path": "closed/new/state" }, "locations": [] }"#
    )
    let outcome = try RunningTool.withoutPrivileges(["doctor", "--quiet"], in: workspace.path)
    try workspace.shell("chmod u+w closed")
    #expect(outcome.status == .exited(1))
    let closed = "\(workspace.path)/closed"
    #expect(
      outcome.output.hasPrefix(
        """
        error    state directory: \(closed)/new/state is not there yet and cannot be made: \
        \(closed) takes no directory: Permission denied (EACCES)
                 let the user that runs this program write there, or name another "path" under \
        "storage" in the workspace

        """
      ),
      "\(outcome.output)"
    )
  }
}
