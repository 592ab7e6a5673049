/// Faults in what a location says that it defines.
package enum DefinitionsFault: String, Hashable, Sendable, CaseIterable {
  case hangInDefinitions = "hang-in-definitions"
  case dieInDefinitions = "die-in-definitions"
  case refuseDefinitions = "refuse-definitions"
  case malformedDefinitions = "malformed-definitions"
  case endlessPages = "endless-pages"
  case manyDefinitions = "many-definitions"
  case tooManyDefinitions = "too-many-definitions"
  case duplicateKeys = "duplicate-keys"
  case stolenKey = "stolen-key"
  case cycle = "cycle"
  case selfDependency = "self-dependency"
  case danglingDependency = "dangling-dependency"
  case badKeys = "bad-keys"
  case orphanCheck = "orphan-check"
  case markup = "markup"
  case hugeMetadata = "huge-metadata"

  var entry: FaultEntry {
    switch self {
    case .hangInDefinitions:
      FaultEntry(
        "H02",
        "it answers the handshake and pings, and never has definitions",
        must: "it is killed after the time limit of definitions, and restarted",
        not: "the graph of the others waits for it",
        .restarts("no definitions within", "LOC-DEFS-TIMEOUT")
      )
    case .dieInDefinitions:
      FaultEntry(
        "C07",
        "it exits with status 6 when it is asked for definitions",
        must: "the location fails with the status, and is restarted",
        not: "half of its definitions come into the graph",
        .restarts("exit status 6", "LOC-CRASH")
      )
    case .refuseDefinitions:
      FaultEntry(
        "D01",
        "it answers `definitions` with the error -32001",
        must: "its message and the code are the location's reason",
        not: "it serves without definitions",
        .restarts("could not give its definitions", "WIRE-REFUSED")
      )
    case .malformedDefinitions:
      FaultEntry(
        "D13",
        "its page of definitions is a list of numbers",
        must: "the line is refused with the place of the error",
        not: "the page counts as empty",
        .restarts("not of the protocol", "WIRE-MESSAGE")
      )
    case .endlessPages:
      FaultEntry(
        "D06",
        "each of its pages says that there is another one",
        must: "it is killed after the time limit of definitions, and restarted",
        not: "the host's memory grows without end",
        .restarts("no definitions within", "LOC-DEFS-TIMEOUT")
      )
    case .manyDefinitions:
      FaultEntry(
        "D06",
        "it defines 20,000 assets in pages of 1,000",
        must: "all of them are in the graph",
        not: "the loading holds up the steps of others",
        .none
      )
    case .tooManyDefinitions:
      FaultEntry(
        "D06",
        "it defines more than the million assets that a location may have",
        must: "it is ended with the limit as the reason, and restarted",
        not: "the host's memory grows with them",
        .restarts("defines more than", "WIRE-COUNT")
      )
    case .duplicateKeys:
      FaultEntry(
        "D01",
        "it defines the same key twice",
        must: "its owner gets a diagnostic; its other assets load",
        not: "the location is refused as a whole",
        Consequence(.goesOn, diagnostic: "duplicate-asset-key")
      )
    case .stolenKey:
      FaultEntry(
        "D02",
        "it defines an asset that the canary defines already",
        must:
          "the first owner keeps the key; the newcomer gets a diagnostic, its other assets load",
        not: "the canary's asset changes hands",
        Consequence(.goesOn, diagnostic: "duplicate-asset-key")
      )
    case .cycle:
      FaultEntry(
        "D03",
        "two of its assets depend on each other",
        must: "its owner gets a diagnostic that names the cycle; its other assets can be made",
        not: "the graph is refused",
        Consequence(.goesOn, diagnostic: "dependency-cycle")
      )
    case .selfDependency:
      FaultEntry(
        "D23",
        "an asset depends on itself",
        must: "its owner gets a diagnostic",
        not: "the graph is refused",
        Consequence(.goesOn, diagnostic: "dependency-cycle")
      )
    case .danglingDependency:
      FaultEntry(
        "D04",
        "an asset depends on one that nobody defines",
        must: "its owner gets a diagnostic; the asset is shown with what it misses",
        not: "the location is refused",
        Consequence(.goesOn, diagnostic: "external-upstream")
      )
    case .badKeys:
      FaultEntry(
        "D15",
        "keys with control characters, a climb out of the folder, and 4 KiB of length",
        must: "each bad key costs its asset a diagnostic, with the key escaped",
        not: "a key becomes part of a path or of a terminal's output",
        Consequence(.goesOn, diagnostic: "invalid-asset-key")
      )
    case .orphanCheck:
      FaultEntry(
        "D04",
        "a check looks at an asset of the canary",
        must: "its owner gets a diagnostic",
        not: "the check runs when the canary's asset is made",
        Consequence(.goesOn, diagnostic: "unknown-checked-asset")
      )
    case .markup:
      FaultEntry(
        "D16",
        "script, terminal escapes and right-to-left marks in names for people",
        must: "they are kept as text",
        not: "anything interprets them",
        .none
      )
    case .hugeMetadata:
      FaultEntry(
        "D22",
        "one asset has four mebibytes of metadata",
        must: "it loads, being below the limit of a line",
        not: "the loading holds up the steps of others",
        .none
      )
    }
  }
}
