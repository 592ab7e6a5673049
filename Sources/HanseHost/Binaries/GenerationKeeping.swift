import HanseCore
import HanseModel
import HanseSystem
import HanseWorkspace

/// What a host that keeps generations has beside its loop: the watch over the executables, and the
/// store of what served.
struct GenerationKeeping {
  /// What an earlier host has kept; empty for a host that keeps nothing.
  let kept: KeptGenerations
  let store: GenerationStore?
  private let watch: BinaryWatch?
  private let names: [LocationName]

  /// Reads what is kept, and starts the threads.
  init(
    _ configuration: HostConfiguration,
    _ state: StateDirectory,
    _ mailbox: Mailbox,
    _ unwritten: UnwrittenDefinitions
  ) throws(SystemError) {
    names = configuration.workspace.locations.map(\.name)
    guard configuration.keepsGenerations else {
      (kept, store, watch) = (KeptGenerations(), nil, nil)
      return
    }
    kept = KeptGenerations(of: names, in: state)
    store = try GenerationStore(in: state, unwritten: unwritten) { news in
      switch news {
      case .kept(let name, let digest): mailbox.post(.input(.binaryKept(name, digest)))
      case .lost(let name, let digest): mailbox.post(.input(.binaryLost(name, digest)))
      }
    } complain: { name, note in
      mailbox.post(.input(.keepingFailed(name, reason: note)))
    }
    let unwatched = Set(configuration.workspace.locations.filter { !$0.watch }.map(\.name))
    let promise = Promise<BinaryWatch>()
    do throws(SystemError) {
      let watch = try BinaryWatch(settlingTime: configuration.settlingTime) { name, news in
        mailbox.post(Self.message(of: name, news))
        // It is looked at when a process is started from it, and not for what changes.
        if unwatched.contains(name) { promise.wait().unwatch(name) }
      }
      promise.fulfil(watch)
      self.watch = watch
    } catch {
      store?.close()
      throw error
    }
  }

  private static func message(of name: LocationName, _ news: BinaryNews) -> LoopMessage {
    switch news {
    case .changed(let digest, let identity): .binarySeen(name, digest, identity)
    case .missing: .input(.binaryUnusable(name, reason: "its executable is gone"))
    case .unusable(let reason): .input(.binaryUnusable(name, reason: reason))
    }
  }

  /// Looks at every location's executable, now and whenever it changes.
  func watchAll(_ loop: HostLoop) {
    guard let watch else { return }
    for name in names {
      if let path = loop.launcher.path(of: name) { watch.watch(name, path: path, running: nil) }
    }
    loop.lookAgain = { name, path in watch.watch(name, path: path, running: nil) }
  }

  /// Ends the threads, after what is left to be kept is kept.
  func close() {
    watch?.close()
    store?.close()
  }
}
