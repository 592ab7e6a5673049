// Every word of the help: what the commands, their operands and their options are for.

extension CommandName {
  var syntax: CommandSyntax {
    switch self {
    case .`init`: .initialize
    case .dev: .dev
    case .check: .check
    case .locations: .locations
    case .reload: .reload
    case .assets: .assets
    case .graph: .graph
    case .materialize: .materialize
    case .runs: .runs
    case .run: .run
    case .cancel: .cancel
    case .queue: .queue
    case .events: .events
    case .logs: .logs
    case .drill: .drill
    case .conform: .conform
    case .doctor: .doctor
    case .version: .version
    case .help: .help
    }
  }
}

extension OptionSyntax {
  static let workspace = OptionSyntax(
    "workspace",
    short: "w",
    .text("FILE"),
    help: "the workspace file; without it, the nearest workspace.json upwards from here"
  )
  static let json = OptionSyntax("json", help: "print JSON: one document, or a line each")
  static let quiet = OptionSyntax("quiet", short: "q", help: "leave out notes and progress")
  static let color = OptionSyntax(
    "color",
    .choice(["auto", "always", "never"]),
    help: "colour on a terminal (auto), always or never; NO_COLOR is respected"
  )
  static let help = OptionSyntax("help", short: "h", help: "explain the command")
  static let version = OptionSyntax("version", help: "print the version")

  /// What every command takes.
  static let common = [workspace, json, quiet, color, help]
}

extension OperandSyntax {
  static func selection(required: Bool) -> OperandSyntax {
    OperandSyntax(
      "SELECTION",
      "which assets: a key, key:\"climate/*\", group:core, +x (with its upstreams), x+, and, or, "
        + "not; quote what the shell would read",
      count: .words(required: required)
    )
  }
}

extension CommandSyntax {
  fileprivate static let initialize = CommandSyntax(
    name: .`init`,
    summary: "write a new workspace with one location that builds and runs",
    details: [
      "The directory gets a workspace.json, and a Swift package with an asset, a check and a test. "
        + "It must be empty or not be there yet."
    ],
    operands: [OperandSyntax("DIR", "the directory to write")],
    options: [
      OptionSyntax(
        "hanse",
        .text("PATH"),
        help: "the checkout of Hanse that the package depends on; without it, the one that this "
          + "program was built in"
      )
    ],
    examples: [Example("hanse init weather", "then follow what it prints")]
  )

  fileprivate static let dev = CommandSyntax(
    name: .dev,
    summary: "run the workspace until Ctrl-C, and serve its API",
    details: [
      "Starts every location, takes up the runs that an earlier host left, and says what happens. "
        + "The other commands find it through the state directory and talk to it.",
      "It goes on when what it prints cannot be written any more, and stops with an error when its "
        + "event log cannot be written, or its state directory is removed.",
    ],
    options: [
      OptionSyntax(
        "port",
        .number("PORT", 0...65_535),
        help: "the port to listen on, that one or none, 0 for any free one; without it, the one "
          + "that the workspace names, or the next free one from 4747 on"
      )
    ],
    examples: [Example("hanse dev", "in one terminal, with the other commands in another")]
  )

  fileprivate static let check = CommandSyntax(
    name: .check,
    summary: "validate the workspace, start every location, and say what is wrong",
    details: [
      "For a team's CI. Exit status 1 when there is an error, 3 when the workspace cannot be used "
        + "at all; warnings do not count.",
      "The file is read and the locations are started as they are now, apart from a host that runs "
        + "and from the workspace's state: nothing of either is asked or changed.",
    ],
    options: [
      OptionSyntax(
        "format",
        .choice(["text", "json", "sarif"]),
        help: "text for people, the API's JSON, or SARIF 2.1.0 for code scanning"
      )
    ],
    examples: [
      Example("hanse check", "in CI"),
      Example("hanse check --format sarif > hanse.sarif", "for annotations in a review"),
    ]
  )

  fileprivate static let locations = CommandSyntax(
    name: .locations,
    summary: "list the locations and their state, show one, or act on one",
    details: [
      "With NAME alone: its state, since when and why, what happens next and when, its generations, "
        + "and why a new binary did not take over. With an action before it:",
      "diff shows what its definitions add, remove and change against those of the binary before, "
        + "and which assets of other locations that affects. rollback runs the host's copy of an "
        + "earlier binary until the file changes or is reloaded. stop lets steps in flight finish; "
        + "start undoes that; restart ends the process at once and starts another. disable stops it "
        + "so that only enable brings it back, in the next host too.",
      "Actions need a running host (`hanse dev`).",
    ],
    operands: [
      OperandSyntax(
        "ACTION",
        "diff, rollback, start, stop, restart, enable or disable",
        count: .optional
      ),
      OperandSyntax("NAME", "one location; without it, all are listed", count: .optional),
    ],
    options: [
      OptionSyntax(
        "from",
        .number("GENERATION", 1...Int(Int32.max)),
        help: "for diff: the older generation; without it, the last one of another binary"
      ),
      OptionSyntax(
        "to",
        .number("GENERATION", 1...Int(Int32.max)),
        help: "for diff: the newer generation; for rollback: whose binary to run"
      ),
    ],
    examples: [
      Example("hanse locations", "their state, assets, and why one does not serve"),
      Example("hanse locations ingest", "all about one of them"),
      Example("hanse locations diff ingest", "what its last deployment has changed"),
      Example("hanse locations rollback ingest", "run the binary before this one"),
    ]
  )

  fileprivate static let reload = CommandSyntax(
    name: .reload,
    summary: "take a changed workspace file, or start a location's file anew beside what serves",
    details: [
      "Without NAME it reads the workspace file. What has changed of its limits, queues, pools, "
        + "weights and rates holds at once, for what waits too, and nothing is started anew; what else "
        + "has changed is told and takes another start of the host. Where nothing has changed, the "
        + "files of all locations are started anew.",
      "What serves goes on until the new process has answered and is in the graph; then that one "
        + "finishes its steps in flight. A file that changes is reloaded without this; it also ends "
        + "a roll-back, and tries a binary again that was given up.",
      "It waits until that is decided, and says whether the new process took over, was refused, or "
        + "nothing was started; it ends with 1 if one was refused.",
      "Needs a running host (`hanse dev`).",
    ],
    operands: [OperandSyntax("NAME", "which location; without it, all of them", count: .optional)],
    options: [
      OptionSyntax("no-wait", help: "do not wait until it is decided what serves")
    ],
    examples: [
      Example("hanse reload", "after the limits in workspace.json have changed"),
      Example("hanse reload ingest", "after something that it reads at its start has changed"),
    ]
  )

  fileprivate static let assets = CommandSyntax(
    name: .assets,
    summary: "list assets with their location, last materialization and checks",
    operands: [.selection(required: false)],
    examples: [
      Example("hanse assets", "all of them"),
      Example("hanse assets 'location:climate and not kind:report'", "some of them"),
    ]
  )

  fileprivate static let graph = CommandSyntax(
    name: .graph,
    summary: "show how assets depend on each other",
    operands: [.selection(required: false)],
    options: [
      OptionSyntax(
        "format",
        .choice(["text", "dot", "json", "svg"]),
        help: "levels as text, Graphviz's dot, the API's JSON, or a picture drawn by Graphviz"
      )
    ],
    examples: [
      Example("hanse graph +report", "what the report is made from"),
      Example("hanse graph --format svg > graph.svg", "a picture of everything"),
    ]
  )

  fileprivate static let drill = CommandSyntax(
    name: .drill,
    summary: "commit faults beside the workspace's locations, and check what they lead to",
    details: [
      "Starts a host on a scratch copy of the workspace, with a location at fault and a canary that "
        + "works steadily, and measures what the canary feels. The real state directory is not "
        + "touched, and none of the workspace's assets is made. Exit status 1 when a promise is "
        + "broken.",
      "The table has the canary's step times during and after each fault, and the memory of the "
        + "host before it, at most, and after it. A step time breaks a promise only without --quick: "
        + "run that on a machine that does nothing else.",
    ],
    options: [
      OptionSyntax("fault", .text("NAME"), isRepeatable: true, help: "commit this fault"),
      OptionSyntax("all", help: "commit every fault there is"),
      OptionSyntax("list", help: "explain the faults, and commit none"),
      OptionSyntax(
        "location",
        .text("NAME"),
        help: "only this location of the workspace stands beside the faults"
      ),
      OptionSyntax(
        "quick",
        help: "several faults in one host, smaller floods, no time judged; without --all or "
          + "--fault, some of each kind"
      ),
      OptionSyntax("junit", .text("FILE"), help: "write a JUnit report too"),
    ],
    examples: [
      Example("hanse drill --list", "what can go wrong, and what must come of it"),
      Example("hanse drill --fault crash-in-step", "one of them"),
      Example("hanse drill --quick", "some of each kind, in about a minute"),
      Example("hanse drill --all --junit drill.xml", "everything, with a report for CI"),
    ]
  )

  fileprivate static let conform = CommandSyntax(
    name: .conform,
    summary: "check that a location's program keeps to the protocol, in whatever language it is",
    details: [
      "Starts the program several times as a host would, and shows what the protocol demands and "
        + "what was seen. Exit status 1 when something does not conform."
    ],
    operands: [
      OperandSyntax("BINARY", "the program"),
      OperandSyntax(
        "ARGUMENTS",
        "what follows its name, after --; \"serve\" is added as a host does",
        count: .words(required: false)
      ),
    ],
    options: [
      OptionSyntax(
        "asset",
        .text("KEY"),
        help: "the asset whose step is tried: the first without upstreams"
      ),
      OptionSyntax("junit", .text("FILE"), help: "write a JUnit report too"),
    ],
    examples: [
      Example("hanse conform .build/release/climate", "one of ours"),
      Example("hanse conform python3 -- location.py", "one in another language"),
      Example("hanse conform ./location --asset climate/year", "with a step that takes a while"),
    ]
  )

  fileprivate static let doctor = CommandSyntax(
    name: .doctor,
    summary: "look for what could be wrong with this machine, the workspace and its state",
    details: ["Exit status 1 when something is an error; each finding says what to do."],
    examples: [Example("hanse doctor", "when something is odd")]
  )

  fileprivate static let version = CommandSyntax(
    name: .version,
    summary: "print the version",
    examples: [Example("hanse --version", "the same")]
  )

  fileprivate static let help = CommandSyntax(
    name: .help,
    summary: "explain a command",
    operands: [OperandSyntax("COMMAND", "which; without it, all are listed", count: .optional)],
    examples: [Example("hanse help materialize", "the same as `hanse materialize --help`")]
  )
}
