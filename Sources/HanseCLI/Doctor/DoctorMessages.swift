import HanseModel
import HanseSystem

/// The words of `hanse doctor`.
enum DoctorMessages {
  static let program = "hanse"
  static let workspace = "workspace"
  static let state = "state directory"
  static let host = "host"
  static let eventLog = "event log"
  static let slots = "slots"
  static let disk = "disk"
  static let files = "open files"
  static let graphviz = "Graphviz"
  static let sandbox = "sandbox"
  static let cgroups = "cgroups"

  static func version(_ version: String) -> String { "version \(version)" }
  static func location(_ name: LocationName) -> String { "location \"\(name)\"" }

  static func workspaceIsGood(_ path: String, _ locations: Int) -> String {
    "\(path) has \(Messages.count(locations, "location")) and no problems"
  }

  static func noExecutable(_ path: String) -> String { "there is no \(path)" }
  static func notExecutable(_ path: String) -> String { "\(path) cannot be run" }
  static let buildIt = "build the location, or correct its \"executable\" in the workspace"
  static let makeExecutable = "name the built program, and make it executable with chmod +x"
  static let makeReadable = "let the user that runs this program read and write it"

  static func notThereYet(_ path: String) -> String { "\(path) is not there yet, which is fine" }
  static func cannotBeMade(_ path: String, in place: String, _ error: SystemError) -> String {
    "\(path) is not there yet and cannot be made: \(place) takes no directory: \(error.reason) "
      + "(\(error.symbol))"
  }
  static let nameAnother =
    "let the user that runs this program write there, or name another \"path\" under \"storage\" in "
    + "the workspace"
  static func isFile(_ path: String) -> String { "\(path) is a file, not a directory" }
  static let moveAway = "move it away, or name another \"path\" under \"storage\" in the workspace"

  static let noHost = "none runs on this state directory"
  static func hostRuns(_ pid: Int32?, _ address: String) -> String {
    "\(process(pid)) runs and answers at \(address)"
  }
  static func hostIsMute(_ pid: Int32?) -> String {
    "\(process(pid)) holds the state directory, but does not answer"
  }
  static let endOrWait = "wait until it is up, or end that process"

  static func slotsAgree(_ running: Int, _ waiting: Int) -> String {
    "counted anew: \(Messages.count(running, "step")) \(running == 1 ? "holds" : "hold") slots, "
      + "\(waiting) \(waiting == 1 ? "waits" : "wait"), and every limit agrees"
  }
  static func slotsDiffer(_ miscounts: [String]) -> String {
    "what is taken does not agree with the steps that hold it: "
      + miscounts.prefix(5).joined(separator: "; ")
  }
  static let restartHost =
    "restart the host, which counts anew, and report what `hanse queue --json` shows: it is a defect"

  static func corrupt(_ problems: [String]) -> String {
    "the file is damaged: \(problems.prefix(3).joined(separator: "; "))"
  }
  static func logIsSound(events: Int64, schema: Int) -> String {
    "sound, with \(TimeText.grouped(events)) events, schema version \(schema)"
  }
  static func restore(_ path: String) -> String {
    "stop the host, and put a backup in the place of \(path)"
  }

  static func free(_ amount: String, _ path: String) -> String { "\(amount) free in \(path)" }
  static let makeRoom = "make room: the event log and the values are written there"

  static func openFiles(_ limit: UInt64, needed: UInt64) -> String {
    "up to \(limit) at once; this workspace may need \(needed)"
  }
  static func raiseLimit(_ needed: UInt64) -> String {
    "raise it with `ulimit -n \(needed)` or more"
  }

  static func landlock(_ version: String, ports: Bool, signals: Bool) -> String {
    let fenced = ["files"] + (ports ? ["TCP"] : []) + (signals ? ["signals"] : [])
    return "Landlock \(version) fences \(fenced.joined(separator: ", "))"
  }
  static let noLandlock = "this kernel has no Landlock, so a location with a sandbox is refused"
  static let newerKernel = "use Linux 5.13 or later, started with Landlock"
  static func delegated(_ path: String) -> String { "cgroup v2 is delegated at \(path)" }
  static func notDelegated(_ reason: String) -> String {
    "no cgroup v2 (\(reason)): memory is looked at each second instead"
  }
  static let delegate =
    "run it as a service with Delegate=yes, or with `systemd-run --user --scope -p Delegate=yes`"

  static let noGraphviz = "not installed; `hanse graph --format svg` needs it"
  static let installGraphviz = "on Debian and Ubuntu: apt-get install graphviz"

  private static func process(_ pid: Int32?) -> String {
    pid.map { "process \($0)" } ?? "a process"
  }
}
