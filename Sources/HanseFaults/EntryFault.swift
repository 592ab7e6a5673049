/// Faults of whoever wrote the location's entry in the workspace.
package enum EntryFault: String, Hashable, Sendable, CaseIterable {
  case missingExecutable = "missing-executable"
  case notExecutable = "not-executable"
  case notAProgram = "not-a-program"
  case missingDirectory = "missing-directory"
  case missingVariable = "missing-variable"

  var entry: FaultEntry {
    switch self {
    case .missingExecutable:
      FaultEntry(
        "C01",
        "the executable that the entry names does not exist",
        must: "the location says which path is missing, and is tried again later",
        not: "the host does not start, or gives up on the others",
        Consequence(.fails(says: "missing"))
      )
    case .notExecutable:
      FaultEntry(
        "C02",
        "the file is there, but nobody may execute it",
        must: "the location says so, and is tried again later",
        not: "it is taken for a crash of the program",
        Consequence(.fails(says: "cannot be started"))
      )
    case .notAProgram:
      FaultEntry(
        "C03",
        "the file may be executed, but the kernel does not know its format",
        must: "the location says so, and is tried again later",
        not: "a shell runs what is in it",
        Consequence(.fails(says: "cannot be started"))
      )
    case .missingDirectory:
      FaultEntry(
        "C27",
        "the working directory of the entry does not exist",
        must: "the location names the directory, and is tried again later",
        not: "the program runs in another directory",
        Consequence(.fails(says: "cannot be started"))
      )
    case .missingVariable:
      FaultEntry(
        "W17",
        "the entry takes a variable from the host's environment that is not set",
        must: "the location names the variable and where it is asked for",
        not: "the program starts without it",
        Consequence(.fails(says: "cannot be started"))
      )
    }
  }
}
