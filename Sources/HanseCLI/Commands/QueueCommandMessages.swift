import HanseModel

// The words of the help about queues.

extension CommandSyntax {
  static let queue = CommandSyntax(
    name: .queue,
    summary: "show the limits on steps and what waits for them, explain why, and change them",
    details: [
      "Without an action: how much is taken of every limit, what runs, and what waits, in the order of "
        + "the turns. With a queue's name: what waits in that one. Without a running host nothing "
        + "starts, so the limits of the workspace file are shown.",
      "explain takes a run, a run and one of its steps, or an asset. It says what each step waits for, "
        + "every limit it is subject to, who holds what it lacks, and when it may start: an estimate, "
        + "made of how long the steps before it took the last times.",
      "set changes a limit, pause lets nothing new start, resume ends that, drain pauses and tells when "
        + "the last step has ended, reset goes back to the workspace file. They take the name of a "
        + "queue, or --pool, --location or --all, and hold over restarts of the host. What runs goes "
        + "on.",
      "move lets a run, or the runs that are to make what a selection names, wait in another queue; "
        + "priority RUN N changes a run's priority; cancel stops the steps of a selection and leaves "
        + "the rest of their runs alone. Changes need a running host (`hanse dev`).",
    ],
    operands: [
      OperandSyntax(
        "ACTION|QUEUE",
        "explain, set, pause, resume, drain, reset, move, priority or cancel; or the name of a queue",
        count: .optional
      ),
      OperandSyntax("WHAT", "what the action is about", count: .words(required: false)),
    ],
    options: [
      OptionSyntax(
        "limit",
        .number("COUNT", 1...1000),
        help: "how many waiting steps to show at most; 20 without it"
      ),
      OptionSyntax("pool", .text("NAME"), help: "the action is about a pool"),
      OptionSyntax("location", .text("NAME"), help: "the action is about a location's limits"),
      OptionSyntax("all", help: "the action is about the whole workspace"),
      OptionSyntax(
        "concurrent-steps",
        .text("N"),
        help: "for set: how many steps may run at once; none for as many as the workspace allows"
      ),
      OptionSyntax(
        "concurrent-runs",
        .number("N", LimitBounds.runs),
        help: "for set --all: how many runs may be under way"
      ),
      OptionSyntax(
        "waiting-steps",
        .number("N", LimitBounds.waitingSteps),
        help: "for set --location: how many of its steps may wait"
      ),
      OptionSyntax(
        "units",
        .number("N", LimitBounds.units),
        help: "for set --pool: how many there are"
      ),
      OptionSyntax("weight", .text("W"), help: "for set: its share beside the others"),
      OptionSyntax(
        "rate",
        .text("STARTS/TIME[:BURST]"),
        help: "for set: how often a step may start, such as 10/1s; none for no rate"
      ),
      OptionSyntax("to", .text("QUEUE"), help: "for move: where"),
      OptionSyntax("run", .text("RUN"), help: "for cancel: only steps of this run"),
      OptionSyntax("force", help: "for cancel: end the process of a step that runs at once"),
    ],
    examples: [
      Example("hanse queue", "what is taken, what runs, what waits"),
      Example("hanse queue explain 7f3k", "why a run does not go on"),
      Example("hanse queue explain climate/daily", "why an asset is not made"),
      Example("hanse queue set backfills --concurrent-steps 4 --rate 10/1s", "until it is reset"),
      Example("hanse queue pause --pool warehouse", "while the warehouse is down"),
      Example("hanse queue move 7f3k --to backfills", "out of the way of the rest"),
    ]
  )
}
