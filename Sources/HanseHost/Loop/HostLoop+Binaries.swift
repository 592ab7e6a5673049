import HanseCore
import HanseModel
import HanseSystem

/// What served well, kept so that it can serve again.
extension HostLoop {
  func noteServed(_ name: LocationName, _ generation: Generation) {
    guard let store, let location = plane.locations[name], let loaded = location.loaded,
      location.loadedGeneration == generation
    else { return }
    let supervisor = location.supervisor
    let program = supervisor.programs[generation] ?? LocationProgram()
    store.keep(
      GenerationStore.Served(
        definitions: CachedDefinitions(
          location: name,
          digest: program.digest,
          generation: generation,
          library: loaded.library,
          servedAt: Clock.wall(),
          definitions: loaded.definitions,
          definitionsDigest: loaded.digest
        ),
        path: program.isKept ? nil : launcher.path(of: name),
        pinned: Set([supervisor.binaries.pin].compactMap(\.self))
      )
    )
  }

  // MARK: What a process was started from

  func noteBinary(_ name: LocationName, _ digest: BinaryDigest, _ file: FileIdentity) {
    seenFiles[name] = file
    let started = launchedFiles.filter { $0.key.name == name && $0.value == file }
    handle(.binarySeen(name, digest, startedFrom: Set(started.keys.map(\.generation))))
  }

  /// Notes how the file looks that a process is about to be started from.
  ///
  /// - Returns: Whether it is the one that was read last, so that its digest is known.
  func noteLaunch(_ key: ProcessKey) -> Bool {
    guard let lookAgain, let path = launcher.path(of: key.name) else { return true }
    launchedFiles = launchedFiles.filter { processes[$0.key] != nil }
    launchedFiles[key] = FileIdentity(at: path)
    if let seen = seenFiles[key.name], seen != launchedFiles[key] {
      lookAgain(key.name, path)
      return false
    }
    return true
  }

  /// Whether a location's file is not what was read last.
  func isFileChanged(of name: LocationName) -> Bool {
    guard lookAgain != nil, let seen = seenFiles[name], let path = launcher.path(of: name)
    else { return false }
    return FileIdentity(at: path) != seen
  }

  // MARK: Running a kept binary

  /// Starts a worker of what serves, whose file has just been replaced.
  func launchWorkerFromCopy(_ name: LocationName, _ generation: Generation) {
    if let lookAgain, let path = launcher.path(of: name) { lookAgain(name, path) }
    guard let digest = plane.locations[name]?.supervisor.programs[generation]?.digest else {
      return fail(name, generation, "cannot be started: the file of its location has changed")
    }
    findKept(digest, name, generation)
  }

  /// Which copy a process is to be started from; nil for the workspace's file.
  func keptDigest(_ name: LocationName, _ generation: Generation) -> BinaryDigest? {
    guard let program = plane.locations[name]?.supervisor.programs[generation], program.isKept
    else { return nil }
    return program.digest
  }

  /// Has every byte of the copy looked at, which takes time, before it is started.
  func findKept(_ digest: BinaryDigest, _ name: LocationName, _ generation: Generation) {
    // Nobody may be watching the file that it stands for.
    if plane.locations[name]?.supervisor.binaries.problem != nil, let lookAgain,
      let path = launcher.path(of: name)
    {
      lookAgain(name, path)
    }
    guard let store else {
      return fail(name, generation, "cannot be started: this host keeps no binaries")
    }
    let mailbox = mailbox
    awaitingBinary.insert(ProcessKey(name: name, generation: generation))
    store.find(digest, of: name) { mailbox.post(.foundBinary(name, generation, $0)) }
  }

  func takeBinary(
    _ found: Result<String, BinaryKeeperError>,
    _ name: LocationName,
    _ generation: Generation
  ) {
    guard awaitingBinary.remove(ProcessKey(name: name, generation: generation)) != nil else {
      return
    }
    switch found {
    case .failure(let error): fail(name, generation, "cannot be started: \(error)")
    case .success(let path):
      guard plane.locations[name]?.supervisor.machine(of: generation)?.state == .starting else {
        return fail(name, generation, "was not wanted any more")
      }
      launch(name, generation, executable: path)
      // What was to be sent at once had nobody to go to.
      send(.initialize, to: name, generation)
    }
  }

  func fail(_ name: LocationName, _ generation: Generation, _ reason: String) {
    handle(.location(name, .spawnFailed(generation, reason: reason)))
  }
}
