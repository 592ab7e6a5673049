package import HanseModel

/// What a process of a location is started from.
package struct LocationProgram: Hashable, Sendable {
  /// What is in the file; nil before anybody has looked.
  package var digest: BinaryDigest?
  /// Whether it is the host's own copy of a binary that served, and not the workspace's file.
  package var isKept = false

  package init(digest: BinaryDigest? = nil, isKept: Bool = false) {
    self.digest = digest
    self.isKept = isKept
  }
}

/// A binary that has served, and the last generation that it did so as.
package struct ServedBinary: Hashable, Sendable {
  package var digest: BinaryDigest
  package var generation: Generation

  package init(digest: BinaryDigest, generation: Generation) {
    self.digest = digest
    self.generation = generation
  }
}

/// The binaries of one location: its file, those that served, those that failed.
package struct LocationBinaries: Hashable, Sendable {
  /// How many that served are remembered.
  package static let historyLimit = 8

  /// What is in the workspace's file now, or was when it last could be run; nil before anybody has
  /// looked.
  package internal(set) var file: BinaryDigest?
  /// Why the file cannot be run now, such as that it is gone.
  package internal(set) var problem: String?
  /// Whether a process could not be started because of the file, which has not been read since.
  ///
  /// A file that cannot be watched may be there all the same; one that was never read and cannot be
  /// started is not.
  var isMissed = false
  /// Those that served, the last one last.
  package internal(set) var served: [ServedBinary]
  /// Those the host has a copy of that can be run.
  package internal(set) var kept: Set<BinaryDigest>
  /// Those that failed before they served, or soon after they had begun to.
  package internal(set) var broken: Set<BinaryDigest> = []
  /// The one that somebody chose to run, whatever the file is.
  package internal(set) var pin: BinaryDigest?
  /// The only one that the workspace lets it run; nil for any.
  package let required: BinaryDigest?

  /// - Parameters:
  ///   - served: Those that served and that the host has a copy of, the last one last.
  ///   - pin: The one that somebody chose; without a copy of it the file is run.
  ///   - required: The only one that may be run; nil for any.
  package init(
    served: [ServedBinary] = [],
    pin: BinaryDigest? = nil,
    required: BinaryDigest? = nil
  ) {
    self.served = served
    self.pin = pin
    self.required = required
    kept = Set(served.map(\.digest))
  }

  /// What the next process is started from.
  package var next: LocationProgram {
    if let pin, pin != file, kept.contains(pin), allows(pin) {
      return LocationProgram(digest: pin, isKept: true)
    }
    if problem != nil, let good = substitute {
      return LocationProgram(digest: good, isKept: true)
    }
    if let file, broken.contains(file), let good = fallback(from: file) {
      return LocationProgram(digest: good, isKept: true)
    }
    return LocationProgram(digest: file)
  }

  /// What is run while the file cannot be: a copy of what it was, or else what served before.
  ///
  /// A host that has never read the file knows only what served, and tries the file first.
  private var substitute: BinaryDigest? {
    guard let file else {
      return isMissed ? served.last { canRunCopy(of: $0.digest) }?.digest : nil
    }
    return canRunCopy(of: file) ? file : fallback(from: file)
  }

  private func canRunCopy(of digest: BinaryDigest) -> Bool {
    kept.contains(digest) && !broken.contains(digest) && allows(digest)
  }

  /// Whether the workspace lets it run.
  package func allows(_ digest: BinaryDigest) -> Bool { required.map { $0 == digest } ?? true }

  /// The last binary that served, but for one that is not to be run.
  package func fallback(from digest: BinaryDigest) -> BinaryDigest? {
    served.last { $0.digest != digest && canRunCopy(of: $0.digest) }?.digest
  }

  /// The binary of a generation, or the last one before the present.
  ///
  /// - Parameters:
  ///   - generation: Whose binary; nil for the last one that differs from `present`.
  ///   - present: What runs now.
  /// - Returns: A binary that the host can run.
  package func earlier(
    _ generation: Generation?,
    than present: BinaryDigest?
  ) -> BinaryDigest? {
    served.last { binary in
      guard kept.contains(binary.digest) || binary.digest == file else { return false }
      return generation.map { $0 == binary.generation } ?? (binary.digest != present)
    }?.digest
  }

  func hasServed(_ digest: BinaryDigest) -> Bool { served.contains { $0.digest == digest } }

  mutating func noteServed(_ digest: BinaryDigest, as generation: Generation) {
    served.removeAll { $0.digest == digest && $0.generation == generation }
    served.append(ServedBinary(digest: digest, generation: generation))
    if served.count > Self.historyLimit { served.removeFirst() }
    broken.remove(digest)
  }
}
