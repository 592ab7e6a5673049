import HanseCore
import HanseModel
import HanseSystem

/// What is in the file of a location whose entry pins its binary.
struct PinnedFile: Sendable {
  var location: LocationName
  var generation: Generation
  var path: String
  /// How the file looked before it was read.
  var identity: FileIdentity
  var digest: Result<BinaryDigest, SystemError>
}

/// Locations whose entry says which binary they may run (`sha256`).
///
/// The file is read before each start, unless it still looks as it did when it was read last. Who can
/// replace it between that look and the start has the rights to run anything as this user anyway.
extension HostLoop {
  /// Starts a process from the workspace's file, once that is known to be the right one.
  func launchPinned(_ name: LocationName, _ generation: Generation) {
    guard let path = launcher.path(of: name), let identity = FileIdentity(at: path) else {
      // The launch says what is wrong with it.
      return launch(name, generation, executable: nil)
    }
    if let known = pinnedFiles[name], known.file == identity {
      return start(name, generation, from: path, known.digest)
    }
    let mailbox = mailbox
    awaitingBinary.insert(ProcessKey(name: name, generation: generation))
    do throws(SystemError) {
      try OSThread.start(name: "hanse-pinned") {
        let digest: Result<BinaryDigest, SystemError>
        do throws(SystemError) {
          digest = .success(try FileDigest.read(path).digest)
        } catch {
          digest = .failure(error)
        }
        let file = PinnedFile(
          location: name,
          generation: generation,
          path: path,
          identity: identity,
          digest: digest
        )
        mailbox.post(.digested(file))
      }
    } catch {
      awaitingBinary.remove(ProcessKey(name: name, generation: generation))
      fail(name, generation, "cannot be started: \(error)")
    }
  }

  func takePinned(_ file: PinnedFile) {
    let (name, generation) = (file.location, file.generation)
    let key = ProcessKey(name: name, generation: generation)
    guard awaitingBinary.remove(key) != nil else { return }
    guard plane.locations[name]?.supervisor.machine(of: generation)?.state == .starting else {
      return fail(name, generation, "was not wanted any more")
    }
    switch file.digest {
    case .failure(let error):
      fail(name, generation, "cannot be started: its executable cannot be read: \(error)")
    case .success(let digest):
      guard FileIdentity(at: file.path) == file.identity else {
        return launchPinned(name, generation)
      }
      pinnedFiles[name] = (file.identity, digest)
      start(name, generation, from: file.path, digest)
      // What was to be sent at once had nobody to go to.
      send(.initialize, to: name, generation)
    }
  }

  private func start(
    _ name: LocationName,
    _ generation: Generation,
    from path: String,
    _ digest: BinaryDigest
  ) {
    if let refusal = launcher.refusal(of: digest, at: path, name) {
      refuse(name, generation, refusal)
    } else {
      launch(name, generation, executable: nil)
    }
  }

  func refuse(_ name: LocationName, _ generation: Generation, _ failure: LaunchFailure) {
    handle(
      .location(name, .spawnFailed(generation, reason: failure.reason, code: failure.code))
    )
  }
}
