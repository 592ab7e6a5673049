import HanseModel

// The words of the help about runs, and what they wait for.

extension CommandSyntax {
  static let materialize = CommandSyntax(
    name: .materialize,
    summary: "make assets, in one run over all locations",
    details: [
      "Shows each step while it runs. Ctrl-C cancels the run and waits for its steps to stop; a "
        + "second Ctrl-C ends them by force. Exit status 1 when the run fails or is canceled, when "
        + "the selection names a location that is not loaded, or when too many steps wait already; 2 "
        + "when the request is wrong: the selection, the partition, the configuration or the queue."
    ],
    operands: [.selection(required: true)],
    options: [
      OptionSyntax("partition", .text("KEY"), help: "the partition to make, such as 2010-07-04"),
      OptionSyntax(
        "config",
        .text("KEY=JSON"),
        isRepeatable: true,
        help: "configuration of one asset or operation; @FILE reads an object of them"
      ),
      OptionSyntax(
        "tag",
        .text("NAME=VALUE"),
        isRepeatable: true,
        help: "a tag of the run, to find it by"
      ),
      OptionSyntax(
        "queue",
        .text("NAME"),
        help: "the queue its steps wait in; without it, that of each location"
      ),
      OptionSyntax(
        "priority",
        .number("N", LimitBounds.priorities),
        help:
          "the greater the sooner among the steps of one location in one queue; 0 without it, and "
          + "1 is worth having waited a minute longer"
      ),
      OptionSyntax(
        "on-limit",
        .choice(OnLimit.allCases.map(\.rawValue)),
        help:
          "what becomes of a step that cannot start at once: it waits, is dropped, stops those that "
          + "run of the same asset and partition, or lets one that waits for the same stand for it; "
          + "without it, what its asset says"
      ),
      OptionSyntax(
        "detach",
        help: "launch the run in a running host, print its id and return; `hanse cancel` cancels it"
      ),
    ],
    examples: [
      Example("hanse materialize '*'", "everything"),
      Example("hanse materialize climate/daily+", "one asset and what is made from it"),
      Example("hanse materialize report --config 'report={\"days\": 30}'", "with configuration"),
      Example("hanse materialize 'climate/*' --queue backfills --priority -10", "behind the rest"),
      Example(
        "hanse materialize report --on-limit coalesce",
        "once, however often it is asked for"
      ),
    ]
  )

  static let runs = CommandSyntax(
    name: .runs,
    summary: "list runs, newest first",
    options: [
      OptionSyntax(
        "status",
        .choice(["queued", "running", "canceling", "succeeded", "failed", "canceled"]),
        help: "only runs in this state"
      ),
      OptionSyntax(
        "limit",
        .number("COUNT", 1...1_000_000),
        help: "how many at most; 20 without it"
      ),
    ],
    examples: [Example("hanse runs --status failed", "what went wrong lately")]
  )

  static let run = CommandSyntax(
    name: .run,
    summary: "show one run: its steps, attempts, checks and errors",
    operands: [OperandSyntax("RUN", "the run's id, or the beginning of it")],
    examples: [Example("hanse run 7f3k", "by the beginning of its id")]
  )

  static let cancel = CommandSyntax(
    name: .cancel,
    summary: "cancel a run, wherever it was launched from",
    details: [
      "Nothing more of the run starts, and its steps that run are asked to stop. One that has not "
        + "stopped after a time of grace ends with its location's process; --force does that at once. "
        + "The command returns before the steps have stopped. Exit status 1 when the run has ended "
        + "already.",
      "Needs a running host (`hanse dev`). To stop some steps and leave the rest of a run alone, see "
        + "`hanse help queue`.",
    ],
    operands: [OperandSyntax("RUN", "the run's id, or the beginning of it")],
    options: [OptionSyntax("force", help: "end the processes that its steps run in, at once")],
    examples: [
      Example("hanse cancel 7f3k", "one that was launched with --detach"),
      Example("hanse cancel 7f3k --force", "when its steps do not listen"),
    ]
  )

  static let events = CommandSyntax(
    name: .events,
    summary: "print the event log",
    details: [
      "With --json each event is one line of JSON, as the API sends it. With --run, --follow ends when "
        + "the run has ended, with status 0 however it did."
    ],
    options: [
      OptionSyntax(
        "follow",
        short: "f",
        help: "go on with what comes, until Ctrl-C, or the end of the host if one runs"
      ),
      OptionSyntax(
        "lines",
        .number("COUNT", 0...100_000),
        help:
          "how many of the last events; without it all, or 20 with --follow and neither --after "
          + "nor --run, and 0 for only what comes"
      ),
      OptionSyntax(
        "after",
        .number("SEQ", 0...(.max)),
        help: "only events after this sequence number"
      ),
      OptionSyntax("run", .text("RUN"), help: "only events of one run"),
      OptionSyntax(
        "kind",
        .text("KIND"),
        isRepeatable: true,
        help: "only events of this kind, such as step.failed"
      ),
    ],
    examples: [
      Example("hanse events --lines 50", "what happened last"),
      Example("hanse events --follow", "watch what happens"),
      Example("hanse events --follow --after 0", "the same, after all that has happened"),
      Example("hanse events --run 7f3k --follow", "watch one run to its end"),
      Example("hanse events --kind step.failed --json", "for a program"),
    ]
  )

  static let logs = CommandSyntax(
    name: .logs,
    summary: "print what a location, or the locations of a run, wrote to standard error",
    operands: [
      OperandSyntax("LOCATION|RUN", "a location's name, or a run's id or the beginning of it")
    ],
    options: [
      OptionSyntax("follow", short: "f", help: "go on with what comes, until Ctrl-C"),
      OptionSyntax(
        "lines",
        .number("COUNT", 0...100_000),
        help: "how many of the last lines; 200 without it, and 0 for only what comes"
      ),
    ],
    examples: [
      Example("hanse logs observatory --follow", "watch one location"),
      Example("hanse logs 7f3k", "what was written while a run ran"),
    ]
  )
}
