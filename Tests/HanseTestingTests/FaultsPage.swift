import HanseFaults

/// The page of the documentation that lists all faults.
enum FaultsPage {
  private static let head = """
    # Faults

    Every fault that the drill commits: what is broken, what must come of it, and what must not.

    ## Overview

    `hanse drill --list` prints the same. `chaos-location --fault NAME` commits any of them but those of the entry in the workspace.
    The canary beside a fault must not feel it; that goes for all of them and is not repeated.

    """

  private static let titles: [Fault.Area: String] = [
    .entry: "The entry in the workspace",
    .start: "Between the first instruction and the first answer",
    .handshake: "The handshake",
    .definitions: "Definitions",
    .step: "Steps",
    .wire: "Bytes and lines, committed in the middle of a step",
    .memory: "Memory, disk, descriptors and logs",
    .processes: "Threads and processes",
    .shutdown: "Leaving",
  ]

  static var text: String {
    Fault.Area.allCases.reduce(into: head) { text, area in
      let faults = Fault.all.filter { $0.area == area }
      text += "\n### \(titles[area] ?? area.rawValue)\n\n"
      text += "| Fault | What is broken | What must happen | What must not | Code |\n"
      text += "|---|---|---|---|---|\n"
      for fault in faults {
        let entry = fault.entry
        let cells = [entry.breaks, entry.must, entry.mustNot].map(cell)
        let marks = entry.consequence.marks.map { "`\($0)`" }.joined(separator: ", ")
        text += "| `\(fault.name)` | \(cells.joined(separator: " | ")) | \(marks) |\n"
      }
    }
  }

  /// Text as it stands in a cell of a table.
  private static func cell(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if #"|\<>*_"#.contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
