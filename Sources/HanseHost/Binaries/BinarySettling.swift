package import HanseModel
import HanseSystem

/// What tells a file's contents from others without reading them.
package struct FileIdentity: Hashable, Sendable {
  package var sizeBytes: Int64
  package var inode: UInt64
  package var modifiedNanoseconds: Int64

  package init(sizeBytes: Int64, inode: UInt64, modifiedNanoseconds: Int64) {
    self.sizeBytes = sizeBytes
    self.inode = inode
    self.modifiedNanoseconds = modifiedNanoseconds
  }
}

extension FileIdentity {
  /// How a file looks now; nil when there is none, or it cannot be looked at.
  package init?(at path: String) {
    do throws(SystemError) {
      guard let status = try Files.status(path) else { return nil }
      self.init(
        sizeBytes: status.size,
        inode: status.inode,
        modifiedNanoseconds: status.modifiedNanoseconds
      )
    } catch {
      return nil
    }
  }
}

/// What somebody saw at the path of an executable.
package enum BinaryLook: Hashable, Sendable {
  case missing
  /// A directory, a file that may not be executed, or one that cannot be looked at.
  case unusable(reason: String)
  /// `isBeingWritten` is nil where that cannot be known.
  case file(FileIdentity, isBeingWritten: Bool?)
}

/// What a location should know of its executable.
package enum BinaryNews: Hashable, Sendable {
  /// A program other than the one before lies there, and nobody is writing to it any more.
  case changed(BinaryDigest, FileIdentity)
  case missing
  case unusable(reason: String)
}

/// Decides when a changed executable is whole, and whether it is another than before.
///
/// Pure: the shell looks, digests and keeps the time. A file is whole when it has looked the same
/// for the settling time, and nobody is known to have it open for writing.
package struct BinarySettling: Hashable, Sendable {
  package enum Input: Hashable, Sendable {
    /// Something may have happened to the file.
    case noticed
    case looked(BinaryLook)
    case digested(FileIdentity, BinaryDigest)
    case digestFailed(FileIdentity, reason: String)
  }

  package enum Action: Hashable, Sendable {
    /// Look at the file, now or at a time; a later order replaces an earlier one.
    case look(at: HostInstant)
    /// Read the file, and say whether it looked the same before and after.
    case digest(FileIdentity)
    case report(BinaryNews)
  }

  private enum State: Hashable {
    case still
    /// The file has looked like this since then.
    case settling(BinaryLook, since: HostInstant)
    case digesting(FileIdentity)
  }

  private let settlingTime: Duration
  private var state = State.still
  /// What was last reported, or known from the start.
  private var known: BinaryNews?
  /// Whose digest is known: looking like this, it is not read again.
  private var knownFile: FileIdentity?

  /// - Parameters:
  ///   - settlingTime: How long a file must look the same.
  ///   - digest: That of the program in use; the same one again is no news.
  package init(settlingTime: Duration, running digest: BinaryDigest? = nil) {
    self.settlingTime = settlingTime
    known = digest.map {
      .changed($0, FileIdentity(sizeBytes: 0, inode: 0, modifiedNanoseconds: 0))
    }
  }

  package mutating func handle(_ input: Input, at now: HostInstant) -> [Action] {
    switch (state, input) {
    case (.still, .noticed): return [.look(at: now)]
    case (.settling, .noticed): return [.look(at: now)]
    // What is being read may not be what is there any more.
    case (.digesting, .noticed):
      state = .still
      return [.look(at: now)]
    case (.still, .looked(let look)): return begin(look, at: now)
    case (.settling(let before, let since), .looked(let look)):
      guard before == look, !look.isBeingWritten else { return begin(look, at: now) }
      let due = since + settlingTime
      return now >= due ? settle(look) : [.look(at: due)]
    case (.digesting(let identity), .digested(let read, let digest)) where read == identity:
      state = .still
      knownFile = identity
      return report(.changed(digest, identity))
    case (.digesting(let identity), .digestFailed(let read, _)) where read == identity:
      state = .still
      return [.look(at: now + settlingTime)]
    case (.digesting, .looked),  // the reading will say whether it is still the same
      (.digesting, .digested),  // of a file that is no more
      (.digesting, .digestFailed),  // likewise
      (.still, .digested),  // noticed again meanwhile
      (.still, .digestFailed),  // likewise
      (.settling, .digested),  // likewise
      (.settling, .digestFailed):  // likewise
      return []
    }
  }

  private mutating func begin(_ look: BinaryLook, at now: HostInstant) -> [Action] {
    if case .file(let identity, _) = look, identity == knownFile, !look.isBeingWritten,
      case .changed = known
    {
      state = .still
      return []
    }
    state = .settling(look, since: now)
    return [.look(at: now + settlingTime)]
  }

  private mutating func settle(_ look: BinaryLook) -> [Action] {
    switch look {
    case .file(let identity, _):
      state = .digesting(identity)
      return [.digest(identity)]
    case .missing:
      state = .still
      return report(.missing)
    case .unusable(let reason):
      state = .still
      return report(.unusable(reason: reason))
    }
  }

  private mutating func report(_ news: BinaryNews) -> [Action] {
    let isSame =
      if case .changed(let old, _) = known, case .changed(let new, _) = news {
        old == new
      } else {
        known == news
      }
    known = news
    return isSame ? [] : [.report(news)]
  }
}

extension BinaryLook {
  fileprivate var isBeingWritten: Bool {
    if case .file(_, true) = self { true } else { false }
  }
}
