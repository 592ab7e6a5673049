import HanseAPI
import HanseHost
import HanseModel

/// One location for people: its state, what comes next, and its generations.
enum LocationPage {
  static func lines(_ location: LocationDocument, _ paint: Paint) -> [String] {
    let state =
      location.isSuspended
      ? paint(ListingMessages.suspended, .bad)
      : paint(location.state.rawValue, LocationsTable.style(of: location.state))
    let since = location.since.map { " since \(TimeText.full($0))" } ?? ""
    var lines = ["\(paint(location.name.text, .bold)) is \(state)\(since)"]
    lines += rows(facts(location), paint)
    if !location.lastStandardError.isEmpty, location.state != .running {
      lines += ["", "last lines of its standard error:"] + quoted(location.lastStandardError)
    }
    if let rejection = location.rejection {
      lines += ["", LocationMessages.rejection(rejection).visibleLine]
      lines += quoted(rejection.lastStandardError)
    }
    return lines
  }

  private static func facts(_ location: LocationDocument) -> [(String, String?)] {
    let why = location.reason.map { LocationMessages.why($0, location.fault) }
    let leaving = location.leaving.map(\.description).joined(separator: ", ")
    let served = location.served.reversed().map(LocationMessages.served).joined(separator: "; ")
    let labels = location.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var facts: [(String, String?)] = []
    facts.append(("why", location.state == .running && !location.isSuspended ? nil : why))
    facts.append(("next", location.next.map(LocationMessages.next)))
    facts.append(("held back", location.isHeldBack ? LocationMessages.heldBack : nil))
    facts.append(("generation", "\(location.generation.number)"))
    facts.append(("process", location.processID.map(\.description)))
    facts.append(("defines", LocationMessages.serves(location)))
    facts.append(("steps", LocationMessages.steps(location)))
    facts.append(("library", location.library))
    facts.append(("executable", location.executable))
    facts.append(("binary", LocationMessages.binary(location)))
    facts.append(("file", LocationMessages.file(location)))
    facts.append(("sha256", location.requiredDigest.map(LocationMessages.requiredDigest)))
    facts.append(("pinned to", location.pin.map(LocationMessages.pin)))
    facts.append(("candidate", location.candidate.map(LocationMessages.candidate)))
    facts.append(("leaving", leaving.isEmpty ? nil : leaving))
    facts.append(("isolation", location.isIsolated ? LocationMessages.isolation : nil))
    facts.append(("workers", location.workerTrouble.map(LocationMessages.workerTrouble)))
    for worker in location.workers { facts.append(("worker", LocationMessages.worker(worker))) }
    facts.append(("served", served.isEmpty ? nil : served))
    facts.append(("not kept", location.keepingProblem))
    for note in location.notes { facts.append(("note", note)) }
    let ignored = location.ignored.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    facts.append(("ignored", ignored.isEmpty ? nil : ignored.joined(separator: ", ")))
    facts.append(("failures", location.failures > 0 ? "\(location.failures)" : nil))
    facts.append(("labels", labels.isEmpty ? nil : labels.joined(separator: ", ")))
    return facts
  }

  private static func rows(_ facts: [(String, String?)], _ paint: Paint) -> [String] {
    let widest = facts.filter { $0.1 != nil }.map { $0.0.count }.max() ?? 0
    return facts.compactMap { label, value in
      guard let value else { return nil }
      let blanks = String(repeating: " ", count: widest - label.count + 2)
      return "  \(paint(label, .faint))\(blanks)\(value.visibleLine)"
    }
  }

  private static func quoted(_ lines: [String]) -> [String] {
    lines.map { "  | \($0.visibleLine)" }
  }
}
