import HanseAPI
import HanseModel

/// What two generations differ in, for people: `+` for new, `-` for gone, `~` for changed.
enum DiffPage {
  static func lines(_ diff: DiffDocument, _ name: LocationName, _ paint: Paint) -> [String] {
    let definitions = diff.definitions
    var lines = [paint(LocationMessages.diffTitle(diff, name), .bold)]
    for (part, key) in [("assets", "key"), ("checks", "check")] {
      lines += texts(definitions[part]?["added"]).map { paint("+ \($0.visibleLine)", .good) }
      lines += texts(definitions[part]?["removed"]).map { paint("- \($0.visibleLine)", .bad) }
      for change in definitions[part]?["changed"]?.arrayValue ?? [] {
        lines.append(paint("~ \((change[key]?.stringValue ?? "").visibleLine)", .caution))
        lines += (change["fields"]?.arrayValue ?? []).map(field)
      }
    }
    lines += section(
      LocationMessages.affectedTitle,
      (definitions["affected"]?.arrayValue ?? []).map(affected)
    )
    lines += section(
      LocationMessages.newDiagnosticsTitle,
      (definitions["newDiagnostics"]?.arrayValue ?? []).map(diagnostic)
    )
    lines += section(
      LocationMessages.resolvedDiagnosticsTitle,
      (definitions["resolvedDiagnostics"]?.arrayValue ?? []).map(diagnostic)
    )
    if lines.count == 1 { lines.append(LocationMessages.noDifference) }
    return lines
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", "\(title):"] + lines.map { "  \($0.visibleLine)" }
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    (value?.arrayValue ?? []).compactMap(\.stringValue)
  }

  private static func field(_ change: JSONValue) -> String {
    let name = change["field"]?.stringValue ?? ""
    if change["isAbridged"] == .bool(true) { return "    \(name)".visibleLine }
    return "    \(name): \(text(change["old"])) -> \(text(change["new"]))".visibleLine
  }

  /// A value of a field; `-` where nothing is said.
  private static func text(_ value: JSONValue?) -> String {
    guard let value, value != .null else { return "-" }
    return DisplayWidth.cut(value.stringValue ?? value.text, to: 60)
  }

  private static func affected(_ asset: JSONValue) -> String {
    let key = asset["key"]?.stringValue ?? ""
    let location = asset["location"]?.stringValue ?? ""
    let effect = LocationMessages.effect(
      asset["effect"]?.stringValue ?? "",
      asset["cause"]?.stringValue ?? ""
    )
    return "\(key) (\(location)): \(effect)"
  }

  private static func diagnostic(_ diagnostic: JSONValue) -> String {
    let code = diagnostic["code"]?.stringValue ?? ""
    return "\(diagnostic["message"]?.stringValue ?? "") [\(code)]"
  }
}
