package import HanseModel
import HanseSystem

/// A binary of a location that served well, of which the host has a copy.
package struct KeptBinary: Hashable, Sendable {
  package var digest: BinaryDigest
  /// The last generation that served with it.
  package var generation: Generation
  package var servedAt: Timestamp
  /// The version of the library that it is built with.
  package var library: String?
  package var sizeBytes: Int64
  /// Why the copy cannot be run; nil for one that can.
  package var notRunnable: String?

  package init(
    digest: BinaryDigest,
    generation: Generation,
    servedAt: Timestamp,
    library: String? = nil,
    sizeBytes: Int64 = 0,
    notRunnable: String? = nil
  ) {
    self.digest = digest
    self.generation = generation
    self.servedAt = servedAt
    self.library = library
    self.sizeBytes = sizeBytes
    self.notRunnable = notRunnable
  }
}

/// Why a binary is not kept, or a kept one cannot be used.
package struct BinaryKeeperError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String
}

/// Keeps copies of the binaries that served well, by digest, so that the last good one can still be
/// run after its file was replaced.
///
/// Copies, not hard links: a link changes when the file is written in place. Each lies at
/// `binaries/LOCATION/DIGEST` in the state directory, beside a list of when they served. Every change
/// is made beside the old state and renamed over it; a copy that the list does not know is removed
/// with the next change. Everything here reads whole files: not for the host's loop. One thread at a
/// time.
package struct BinaryKeeper: Hashable, Sendable {
  private static let listLimitBytes = 1 << 20

  private let root: String
  private let keptCount: Int
  private let limitBytes: Int64

  /// - Parameters:
  ///   - state: The host's state.
  ///   - keptCount: How many of one location are kept, beside those that are pinned.
  ///   - limitBytes: The size of the largest that is kept.
  package init(in state: StateDirectory, keptCount: Int = 3, limitBytes: Int64 = 1 << 30) {
    root = Paths.join(state.path, "binaries")
    self.keptCount = keptCount
    self.limitBytes = limitBytes
  }

  private func folder(of name: LocationName) -> String { Paths.join(root, name.text) }
  private func list(of name: LocationName) -> String { Paths.join(folder(of: name), "kept.json") }
  private func file(_ digest: BinaryDigest, of name: LocationName) -> String {
    Paths.join(folder(of: name), digest.text)
  }

  /// Keeps a binary that has begun to serve, and removes those that are too many.
  ///
  /// - Parameters:
  ///   - binary: What served; its size is filled in.
  ///   - name: The location.
  ///   - path: Where the binary lies. What is copied must have the digest of `binary`.
  ///   - pinned: Those that are kept however old they are.
  ///   - isWanted: Asked now and then while it is copied; false to let it be.
  /// - Returns: All that are kept now, the last one that served last.
  /// - Throws: Why it is not kept; what was kept before still is.
  @discardableResult
  package func keep(
    _ binary: KeptBinary,
    of name: LocationName,
    from path: String,
    pinned: Set<BinaryDigest> = [],
    while isWanted: () -> Bool = { true }
  ) throws(BinaryKeeperError) -> [KeptBinary] {
    var kept = binaries(of: name).kept
    var entry = binary
    if let known = kept.first(where: { $0.digest == binary.digest }), isWhole(known, of: name) {
      entry.sizeBytes = known.sizeBytes
      entry.notRunnable = known.notRunnable
    } else {
      do throws(SystemError) {
        try Files.createPrivateDirectories(folder(of: name))
      } catch {
        throw failure(binary.digest, name, "\(error)")
      }
      entry.sizeBytes = try copy(path, as: binary.digest, of: name, while: isWanted)
      entry.notRunnable = ExecutableExamination.reasonNotStandingAlone(path)
    }
    kept.removeAll { $0.digest == binary.digest }
    kept.append(entry)
    kept = remaining(kept, pinned: pinned)
    try write(kept, of: name)
    removeOthers(than: kept, of: name)
    return kept
  }

  /// What is kept of a location, the last one that served last, and what is wrong with the list.
  package func binaries(of name: LocationName) -> (kept: [KeptBinary], notes: [String]) {
    let path = list(of: name)
    do throws(SystemError) {
      guard try Files.status(path) != nil else { return ([], []) }
      let bytes = try Files.read(path, limitBytes: Self.listLimitBytes)
      do throws(JSONError) {
        return (try KeptList.decode(bytes).binaries, [])
      } catch {
        return ([], ["the list of kept binaries \(path) is ignored: \(error)"])
      }
    } catch {
      return ([], ["the list of kept binaries \(path) is ignored: \(error)"])
    }
  }

  /// Where a kept binary lies, after a look at every byte of it.
  ///
  /// - Throws: When it is not kept, does not stand alone, or is not what it was.
  package func path(
    of digest: BinaryDigest,
    of name: LocationName,
    while isWanted: () -> Bool = { true }
  ) throws(BinaryKeeperError) -> String {
    guard let binary = binaries(of: name).kept.first(where: { $0.digest == digest }) else {
      throw BinaryKeeperError(
        description: "no binary \(digest.short) of location \"\(name)\" is kept"
      )
    }
    if let reason = binary.notRunnable {
      throw BinaryKeeperError(
        description: "the kept binary \(digest.short) of location \"\(name)\" is not run: \(reason)"
      )
    }
    let path = file(digest, of: name)
    let found: BinaryDigest
    do throws(SystemError) {
      found = try FileDigest.read(path, while: isWanted).digest
    } catch {
      throw BinaryKeeperError(
        description:
          "the kept binary \(digest.short) of location \"\(name)\" cannot be read: \(error)"
      )
    }
    guard found == digest else {
      throw BinaryKeeperError(
        description: "the kept binary \(path) is not what it was: its digest is \(found.short); "
          + "remove it"
      )
    }
    return path
  }

  // MARK: Copies

  private func isWhole(_ binary: KeptBinary, of name: LocationName) -> Bool {
    do throws(SystemError) {
      return try Files.status(file(binary.digest, of: name))?.size == binary.sizeBytes
    } catch {
      return false
    }
  }

  private func copy(
    _ path: String,
    as digest: BinaryDigest,
    of name: LocationName,
    while isWanted: () -> Bool
  ) throws(BinaryKeeperError) -> Int64 {
    let destination = file(digest, of: name)
    let temporary = destination + ".new"
    do {
      let size = try Files.status(path)?.size ?? 0
      guard size <= limitBytes else {
        throw failure(digest, name, "it has \(size) bytes, over the limit of \(limitBytes)")
      }
      let free = try Files.freeBytes(folder(of: name))
      guard free > 2 * size else {
        throw failure(digest, name, "only \(free) bytes are free on its disk")
      }
      // What an earlier host was killed over.
      try Files.remove(temporary)
      let output = try Files.open(temporary, for: .creating)
      let found = try FileDigest.read(path, copyingTo: output, while: isWanted)
      guard found.digest == digest else {
        try Files.remove(temporary)
        throw failure(digest, name, "\(path) is another program by now (\(found.digest.short))")
      }
      try Files.setPermissions(of: output, 0o500)
      try Files.synchronize(output)
      output.close()
      try Files.rename(temporary, to: destination)
      return found.sizeBytes
    } catch let error as BinaryKeeperError {
      throw error
    } catch {
      throw failure(digest, name, "\(error)")
    }
  }

  private func failure(
    _ digest: BinaryDigest,
    _ name: LocationName,
    _ reason: String
  ) -> BinaryKeeperError {
    BinaryKeeperError(
      description: "the binary \(digest.short) of location \"\(name)\" is not kept: \(reason)"
    )
  }

  // MARK: The list

  private func remaining(_ kept: [KeptBinary], pinned: Set<BinaryDigest>) -> [KeptBinary] {
    var free = kept.count { !pinned.contains($0.digest) } - keptCount
    return kept.filter { binary in
      if pinned.contains(binary.digest) || free <= 0 { return true }
      free -= 1
      return false
    }
  }

  private func write(_ kept: [KeptBinary], of name: LocationName) throws(BinaryKeeperError) {
    do throws(SystemError) {
      let bytes = JSONWriter.encode(KeptList(binaries: kept))
      try Files.writeAtomically(list(of: name), bytes, durably: true)
    } catch {
      throw BinaryKeeperError(
        description: "the kept binaries of location \"\(name)\" cannot be listed: \(error)"
      )
    }
  }

  private func removeOthers(than kept: [KeptBinary], of name: LocationName) {
    let names = Set(kept.map(\.digest.text)).union(["kept.json"])
    do throws(SystemError) {
      for other in try Files.list(folder(of: name)) where !names.contains(other) {
        try Files.remove(Paths.join(folder(of: name), other))
      }
    } catch {
      // What is left over costs room, and is tried again with the next binary.
    }
  }
}

/// The file beside the copies.
private struct KeptList: JSONCodable {
  var binaries: [KeptBinary]

  init(binaries: [KeptBinary]) { self.binaries = binaries }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("binaries", binaries, evenIfEmpty: true)
    json.endObject()
  }

  init(from json: inout JSONReader) throws(JSONError) {
    var binaries: [KeptBinary] = []
    try json.object { name, json throws(JSONError) in
      switch name {
      case "binaries": binaries = try json.list()
      default: try json.skip()
      }
    }
    self.binaries = binaries
  }
}

extension KeptBinary: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("digest", digest)
    json.member("generation", generation)
    json.member("servedAt", servedAt)
    json.member("library", library)
    json.member("sizeBytes", sizeBytes)
    json.member("notRunnable", notRunnable)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var digest: BinaryDigest?
    var generation: Generation?
    var servedAt: Timestamp?
    var library: String?
    var sizeBytes: Int64 = 0
    var notRunnable: String?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "digest": digest = try json.value()
      case "generation": generation = try json.value()
      case "servedAt": servedAt = try json.value()
      case "library": library = try json.optional()
      case "sizeBytes": sizeBytes = try json.int64()
      case "notRunnable": notRunnable = try json.optional()
      default: try json.skip()
      }
    }
    self.init(
      digest: try digest.orMissing("digest", at: json.offset),
      generation: try generation.orMissing("generation", at: json.offset),
      servedAt: try servedAt.orMissing("servedAt", at: json.offset),
      library: library,
      sizeBytes: sizeBytes,
      notRunnable: notRunnable
    )
  }
}
