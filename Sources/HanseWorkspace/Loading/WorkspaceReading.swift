import HanseModel
import HanseSystem

/// One reading of a text: from the tree to the workspace and all that is wrong with it.
struct WorkspaceReading {
  private let document: JSONCDocument
  private let file: String
  private var validation: Validation

  init(document: JSONCDocument, file: String, directory: String) {
    self.document = document
    self.file = file
    self.validation = Validation(directory: directory)
  }

  mutating func load() -> WorkspaceLoad {
    let found = WorkspaceDescription.file.decode(document.root, &validation)
    let draft = found ?? WorkspaceDraft()
    reportDuplicateMembers(draft)
    if found != nil { WorkspaceChecks(root: document.root, draft: draft).run(&validation) }

    let names = draft.locations.map { $0.isNamed ? $0.entry.name : nil }
    let problems = validation.problems.map { (problem: $0, public: published($0, names)) }
      .sorted { ($0.public.position, $0.public.message) < ($1.public.position, $1.public.message) }
    let errors = problems.filter { $0.problem.severity == .error }
    let disabled = draft.locations.indices.compactMap { index in
      let own = errors.filter { $0.problem.location == index }.map(\.public)
      return own.isEmpty
        ? nil
        : WorkspaceLoad.DisabledLocation(
          name: names[index],
          position: draft.locations[index].node.position,
          problems: own
        )
    }
    let broken = Set(errors.compactMap(\.problem.location))
    let isUsable = errors.allSatisfy { $0.problem.location != nil }
    return WorkspaceLoad(
      workspace: isUsable ? workspace(draft, without: broken) : nil,
      problems: problems.map(\.public),
      disabledLocations: disabled
    )
  }

  /// A member that stands twice within a location's entry is that location's error.
  private mutating func reportDuplicateMembers(_ draft: WorkspaceDraft) {
    for duplicate in document.duplicates {
      let name = JSONCParser.quoted(duplicate.name)
      let message =
        "member \(name) stands twice: first at \(duplicate.first), and again here; remove one"
      let owner = draft.locations.firstIndex { $0.node.range.contains(duplicate.offset) }
      if let owner {
        validation.inLocation(owner) { $0.report(at: duplicate.second, message) }
      } else {
        validation.report(at: duplicate.second, message)
      }
    }
  }

  private func published(
    _ problem: Validation.Problem,
    _ names: [LocationName?]
  ) -> WorkspaceProblem {
    let name = problem.location.flatMap { names.indices.contains($0) ? names[$0] : nil }
    var message = problem.message
    if let index = problem.location, name == nil { message = "locations[\(index)]: \(message)" }
    return WorkspaceProblem(
      file: file,
      position: problem.position,
      message: message,
      severity: problem.severity,
      location: name
    )
  }

  private func workspace(_ draft: WorkspaceDraft, without broken: Set<Int>) -> Workspace {
    var storage = draft.storage
    storage.path = validation.absolute(storage.path)
    let listed = draft.queues.contains { $0.name == Workspace.defaultQueue }
    let implicit = listed ? [] : [QueueEntry(name: Workspace.defaultQueue)]
    let locations = draft.locations.enumerated()
      .filter { !broken.contains($0.offset) }
      .map { complete($0.element.entry, storage: storage) }
    return Workspace(
      file: file,
      directory: validation.directory,
      name: draft.name ?? Paths.name(of: validation.directory),
      locations: locations,
      queues: implicit + draft.queues,
      pools: draft.pools,
      tagLimits: draft.tagLimits,
      limits: draft.limits,
      storage: storage,
      server: draft.server,
      portPosition: document.root.member("server")?.value.member("port")?.value.position,
      io: complete(draft.io ?? IOEntry(), storage: storage)
    )
  }

  private func complete(_ entry: LocationEntry, storage: StorageEntry) -> LocationEntry {
    var result = entry
    if !entry.executableFromPath { result.executable = validation.absolute(entry.executable) }
    if entry.workingDirectory.isEmpty { result.workingDirectory = validation.directory }
    result.io = entry.io.map { complete($0, storage: storage) }
    return result
  }

  /// The file system's values are kept beside everything else the host remembers.
  private func complete(_ io: IOEntry, storage: StorageEntry) -> IOEntry {
    var result = io
    if io.kind == IOEntry.filesystem, io.path == nil {
      result.path = Paths.join(storage.path, "storage")
    }
    return result
  }
}
