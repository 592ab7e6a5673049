package import HanseModel

/// That the file system of the state directory has too little room, and who has taken most of it.
package struct DiskShortage: Hashable, Sendable {
  /// Something in the state directory that grows.
  package enum Eater: Hashable, Sendable {
    case eventLog
    case computeLog(LocationName)
    /// The folder that a location may call its own.
    case folder(LocationName)
  }

  package var directory: String
  package var freeBytes: Int64
  /// With less than this no run is begun.
  package var limitBytes: Int64
  /// What takes the most of the state directory; nil when nothing there takes much.
  package var eater: Eater?
  package var eaterBytes: Int64

  /// What is wrong, in words for people.
  package var words: String {
    let free = ByteText.text(freeBytes)
    let limit = ByteText.text(limitBytes)
    return "the file system of \(directory) has \(free) left, less than the \(limit) that the host "
      + "needs; \(blame)"
  }

  private var blame: String {
    let size = ByteText.text(eaterBytes)
    return switch eater {
    case .eventLog: "the most of it here is taken by the event log, \(size)"
    case .computeLog(let name):
      "the most of it here is taken by the log of location \"\(name)\", \(size)"
    case .folder(let name):
      "the most of it here is taken by the folder of location \"\(name)\", \(size)"
    case nil: "what the host keeps there is not what takes it"
    }
  }

  /// What a person can do, in words.
  package var fix: String {
    switch eater {
    case .folder(let name):
      "make room there; see what location \"\(name)\" keeps in locations/\(name), and lower its "
        + "\"fileSize\""
    case .eventLog, .computeLog, nil:
      "make room there, or name a directory on another file system under \"storage\" in the workspace"
    }
  }

  /// What is wrong and what to do, for every surface.
  var diagnostic: Diagnostic {
    let location: LocationName? =
      switch eater {
      case .computeLog(let name), .folder(let name): name
      case .eventLog, nil: nil
      }
    return Diagnostic(
      .lowDisk,
      severity: .error,
      location: location,
      message: "\(words); no run is begun until there is twice as much",
      fix: fix
    )
  }

  /// Why a run is not begun.
  var refusal: HostError { HostError(.lowDisk, "\(words); \(fix)") }
}
