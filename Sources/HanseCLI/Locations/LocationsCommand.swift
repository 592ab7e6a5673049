import HanseAPI
import HanseModel

/// `hanse locations`: lists them, shows one, or does something with one.
struct LocationsCommand {
  /// What can follow the command's name, besides the name of a location.
  enum Action: Hashable {
    case diff
    case order(LocationAction)

    /// `reload` is a command of its own.
    static let names =
      ["diff"] + LocationAction.allCases.filter { $0 != .reload }.map(\.rawValue)

    init?(_ word: String) {
      if word == "diff" {
        self = .diff
      } else if word != LocationAction.reload.rawValue,
        let action = LocationAction(rawValue: word)
      {
        self = .order(action)
      } else {
        return nil
      }
    }
  }

  private let context: CommandContext
  private var console: Console { context.console }

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    let operands = context.invocation.operands
    try Self.check(context.invocation)
    if operands.count == 2, let action = Action(operands[0]) {
      let name = LocationName(operands[1])
      switch action {
      case .diff: try diff(name)
      case .order(let action): try act(action, name)
      }
    } else if let name = operands.first {
      try show(LocationName(name))
    } else {
      try list()
    }
    return .good
  }

  /// Refuses words and options that do not go together before anything is started.
  static func check(_ invocation: Invocation) throws(UsageError) {
    let operands = invocation.operands
    var action: Action?
    if operands.count == 2 {
      action = Action(operands[0])
      if action == nil {
        throw .invalid(
          LocationMessages.unknownAction(
            operands[0],
            nearest: Spelling.nearest(to: operands[0], among: Action.names)
          ),
          command: .locations
        )
      }
    }
    if invocation.has("from"), action != .diff {
      throw .invalid(LocationMessages.onlyWithDiff, command: .locations)
    }
    if invocation.has("to"), action != .diff, action != .order(.rollback) {
      throw .invalid(LocationMessages.onlyWithGenerations, command: .locations)
    }
  }

  // MARK: Looking

  private func list() throws {
    try context.withLocations { session in
      let locations = try session.all(APIPath.locations, of: LocationDocument.self)
      if console.isJSON { return try console.document(Page(items: locations)) }
      guard !locations.isEmpty else { return console.note(ListingMessages.noLocations) }
      try console.table(LocationsTable.make(locations))
    }
  }

  private func show(_ name: LocationName) throws {
    // An action without a location is most likely not the name of one.
    let isAction = Action(name.text) != nil
    try context.withLocations(warns: false) { session in
      let response = try session.send(.get(APIPath.location(name)))
      if isAction, response.problem?.code == .unknownLocation {
        throw UsageError.invalid(LocationMessages.noName(after: name.text), command: .locations)
      }
      let location: LocationDocument = try session.document(response)
      if console.isJSON { return try console.document(location) }
      try console.lines(LocationPage.lines(location, console.paint))
    }
  }

  private func diff(_ name: LocationName) throws {
    var query: [String: String] = [:]
    query["from"] = context.invocation.value("from")
    query["to"] = context.invocation.value("to")
    try context.withStored { session in
      let diff: DiffDocument = try session.get(APIPath.diff(name), query: query)
      if console.isJSON { return try console.document(diff) }
      try console.lines(DiffPage.lines(diff, name, console.paint))
    }
  }

  // MARK: Doing

  private func act(_ action: LocationAction, _ name: LocationName) throws {
    let generation = context.invocation.number("to").map { Generation($0) }
    try context.withStored { session in
      let path = APIPath.action(action, name)
      let location: LocationDocument
      if action == .rollback {
        location = try session.post(path, RollbackOrder(generation: generation))
      } else {
        location = try session.post(path, JSONValue.object([]))
      }
      if console.isJSON { return try console.document(location) }
      try console.line(LocationMessages.done(action, location))
    }
  }
}
