/// The commands, in the order in which help lists them.
enum CommandName: String, Hashable, Sendable, CaseIterable {
  case `init`, dev, check
  case locations, reload, assets, graph
  case materialize, runs, run, cancel, queue, events, logs
  case drill, conform, doctor, version, help

  /// Whether one of the common options means anything to the command.
  func uses(_ option: OptionSyntax) -> Bool {
    switch option.name {
    case OptionSyntax.workspace.name: !isWithoutWorkspace
    case OptionSyntax.json.name: hasJSON
    default: true
    }
  }

  private var isWithoutWorkspace: Bool {
    switch self {
    case .`init`, .conform, .version, .help: true
    case .dev, .check, .locations, .reload, .assets, .graph, .materialize, .runs, .run, .cancel,
      .queue, .events, .logs, .drill, .doctor:
      false
    }
  }

  private var hasJSON: Bool {
    switch self {
    case .`init`, .help: false
    case .dev, .check, .locations, .reload, .assets, .graph, .materialize, .runs, .run, .cancel,
      .queue, .events, .logs, .drill, .conform, .doctor, .version:
      true
    }
  }
}
