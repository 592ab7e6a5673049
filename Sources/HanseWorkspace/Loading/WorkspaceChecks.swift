import HanseModel

/// What one part of the file says about another: names that must differ, and names that must be
/// there.
struct WorkspaceChecks {
  let root: JSONCNode
  let draft: WorkspaceDraft

  func run(_ validation: inout Validation) {
    checkNames(in: "queues", what: "queue", &validation)
    checkNames(in: "pools", what: "pool", &validation)
    checkLocationNames(&validation)
    checkQueues(&validation)
    checkOwners(&validation)
  }

  private func checkNames(
    in member: String,
    what: String,
    _ validation: inout Validation
  ) {
    var seen: [String: SourcePosition] = [:]
    for element in root.member(member)?.value.elements ?? [] {
      guard let name = element.value.member("name")?.value, let text = name.stringValue else {
        continue
      }
      if let first = seen[text] {
        validation.report(at: name.position, twice("\(what) \"\(text)\"", first, name.position))
      } else {
        seen[text] = name.position
      }
    }
  }

  private func checkLocationNames(_ validation: inout Validation) {
    var seen: [LocationName: SourcePosition] = [:]
    for (index, location) in draft.locations.enumerated() where location.isNamed {
      let name = location.entry.name
      let place = location.node.member("name")?.value.position ?? location.node.position
      if let first = seen[name] {
        validation.inLocation(index) { $0.report(at: place, twice("the name", first, place)) }
      } else {
        seen[name] = place
      }
    }
  }

  private func twice(
    _ what: String,
    _ first: SourcePosition,
    _ second: SourcePosition
  ) -> String {
    "\(what) is taken: first at line \(first.line), and again at line \(second.line); rename one"
  }

  private func checkQueues(_ validation: inout Validation) {
    let known = draft.queues.map(\.name) + [Workspace.defaultQueue]
    for (index, location) in draft.locations.enumerated() {
      guard let queue = location.node.member("queue")?.value, let text = queue.stringValue,
        text == location.entry.queue, !known.contains(text)
      else { continue }
      let hint =
        switch Spelling.nearest(to: text, among: known) {
        case .some(let near): "did you mean \"\(near)\"?"
        case nil: "add it to \"queues\""
        }
      validation.inLocation(index) { validation in
        validation.inside("queue") { $0.report(queue, "there is no queue \"\(text)\"; \(hint)") }
      }
    }
  }

  /// Two locations that own one pattern: neither can define such an asset.
  private func checkOwners(_ validation: inout Validation) {
    var seen: [String: (owner: LocationName, line: Int)] = [:]
    for (index, location) in draft.locations.enumerated() where location.isNamed {
      for element in location.node.member("owns")?.value.elements ?? [] {
        guard let pattern = element.value.stringValue else { continue }
        if let first = seen[pattern], first.owner != location.entry.name {
          validation.inLocation(index) {
            $0.report(
              at: element.value.position,
              "location \"\(first.owner)\" owns \(JSONCParser.quoted(pattern)) too "
                + "(line \(first.line)); the first keeps it",
              severity: .warning
            )
          }
        } else {
          seen[pattern] = (location.entry.name, element.value.position.line)
        }
      }
    }
  }
}
