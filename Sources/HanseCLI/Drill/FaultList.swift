import HanseFaults
import HanseModel

/// The faults that the arguments name, and `hanse drill --list`.
enum FaultList {
  /// The faults that the arguments name.
  static func chosen(_ invocation: Invocation) throws -> [Fault] {
    let names = invocation.allValues("fault")
    if names.isEmpty {
      if invocation.has("all") || invocation.has("list") { return Fault.all }
      guard invocation.has("quick") else {
        throw CommandError(.wrongUsage, DrillMessages.nothingChosen)
      }
      return Fault.representatives
    }
    return try names.map { name in
      guard let fault = Fault(name: name) else {
        let nearest = Spelling.nearest(to: name, among: Fault.all.map(\.name))
        throw CommandError(.wrongUsage, DrillMessages.unknownFault(name, nearest: nearest))
      }
      return fault
    }
  }

  /// Explains the faults; it needs no workspace.
  static func show(_ invocation: Invocation, _ console: Console) throws -> CommandStatus {
    let faults = try chosen(invocation)
    if console.isJSON {
      try console.document(JSONValue.array(faults.map(DrillMessages.json)))
      return .good
    }
    for fault in faults {
      try console.lines([
        "\(console.paint(fault.name, .bold))  (\(fault.area.rawValue), \(fault.entry.row))",
        "  \(DrillMessages.breaks) \(fault.entry.breaks)",
        "  \(DrillMessages.must) \(fault.entry.must)",
        "  \(DrillMessages.mustNot) \(fault.entry.mustNot)",
      ])
      let marks = fault.entry.consequence.marks
      if !marks.isEmpty {
        try console.line("  \(DrillMessages.shownAs) \(marks.joined(separator: ", "))")
      }
    }
    return .good
  }
}
