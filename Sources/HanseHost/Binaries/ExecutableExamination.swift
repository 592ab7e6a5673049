import HanseSystem

/// Finds out whether a program can be run from a copy of its file alone.
package enum ExecutableExamination {
  /// Why a copy could not be run elsewhere; nil when it can, as far as the file tells.
  ///
  /// A script reads other files; a program may load libraries that lie beside it. A search path with
  /// `$ORIGIN` alone means nothing: SwiftPM writes it into every program.
  package static func reasonNotStandingAlone(_ path: String) -> String? {
    let file: FileBytes
    do throws(SystemError) {
      file = try FileBytes(path)
    } catch {
      return "it cannot be examined: \(error)"
    }
    if file.bytes(at: 0, upTo: 2).elementsEqual("#!".utf8) {
      return "it is a script, which reads other files"
    }
    guard let dynamic = ELFDynamicSection(sizeBytes: file.sizeBytes, read: file.bytes) else {
      return "it is not a 64-bit ELF program, of which a copy can be run"
    }
    let directory = Paths.directory(of: path)
    for entry in dynamic.searchPaths {
      guard let place = besides(entry, directory) else { continue }
      for library in dynamic.needed {
        let file = Paths.join(place, library)
        if Files.exists(file) { return "it loads \(file), which lies beside it" }
      }
    }
    return nil
  }

  /// The directory that a search path means, if that depends on where the program lies.
  private static func besides(_ entry: String, _ directory: String) -> String? {
    for origin in ["$ORIGIN", "${ORIGIN}"] where entry.hasPrefix(origin) {
      return Paths.normalized(directory + entry.dropFirst(origin.count))
    }
    return Paths.isAbsolute(entry) || entry.isEmpty ? nil : Paths.join(directory, entry)
  }
}

/// What a 64-bit little-endian ELF program says about the libraries that it loads.
struct ELFDynamicSection {
  private(set) var needed: [String] = []
  private(set) var searchPaths: [String] = []

  private let sizeBytes: Int
  private let read: (_ offset: Int, _ limit: Int) -> ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    self.init(sizeBytes: bytes.count) { offset, limit in bytes[offset...].prefix(limit) }
  }

  /// Nil for anything else.
  ///
  /// - Parameters:
  ///   - sizeBytes: The size of the file; every offset is checked against it.
  ///   - read: Gives so many bytes from a place in the file on, or fewer where it ends.
  init?(sizeBytes: Int, read: @escaping (Int, Int) -> ArraySlice<UInt8>) {
    self.sizeBytes = sizeBytes
    self.read = read
    guard sizeBytes >= 6, read(0, 6).elementsEqual([0x7F, 0x45, 0x4C, 0x46, 2, 1]),
      let table = number(at: 32, width: 8), let entrySize = number(at: 54, width: 2),
      let count = number(at: 56, width: 2), entrySize >= 56
    else { return nil }
    var segments: [(type: Int, offset: Int, address: Int, size: Int)] = []
    for index in 0..<count {
      let start = table + index * entrySize
      guard let type = number(at: start, width: 4), let offset = number(at: start + 8, width: 8),
        let address = number(at: start + 16, width: 8), let size = number(at: start + 32, width: 8)
      else { return nil }
      segments.append((type, offset, address, size))
    }
    guard let dynamic = segments.first(where: { $0.type == 2 }) else { return }
    readEntries(dynamic.offset, dynamic.size) { address in
      segments.first { $0.type == 1 && ($0.address..<$0.address + $0.size).contains(address) }
        .map { address - $0.address + $0.offset }
    }
  }

  private mutating func readEntries(_ start: Int, _ size: Int, _ place: (Int) -> Int?) {
    var strings: Int?
    var names: [(tag: Int, offset: Int)] = []
    var position = start
    while position < min(start + size, sizeBytes), let tag = number(at: position, width: 8),
      let value = number(at: position + 8, width: 8), tag != 0
    {
      if tag == 5 { strings = place(value) }
      if tag == 1 || tag == 15 || tag == 29 { names.append((tag, value)) }
      position += 16
    }
    guard let strings else { return }
    for (tag, offset) in names where offset <= sizeBytes {
      let name = text(at: strings + offset)
      if tag == 1 {
        needed.append(name)
      } else {
        searchPaths += name.split(separator: ":").map(String.init)
      }
    }
  }

  /// A number below 2^48, which every offset in a real file is.
  private func number(at offset: Int, width: Int) -> Int? {
    guard offset >= 0, offset <= sizeBytes - width else { return nil }
    let bytes = read(offset, width)
    guard bytes.count == width else { return nil }
    let value = bytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    return value < 1 << 48 ? Int(value) : nil
  }

  private func text(at offset: Int) -> String {
    guard offset < sizeBytes else { return "" }
    return String(decoding: read(offset, 4096).prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// Parts of a file, read as they are asked for: a program may be larger than the memory there is.
private final class FileBytes {
  private static let windowBytes = 64 << 10
  let sizeBytes: Int
  private let file: Descriptor
  /// What was read last, and from where.
  private var window: [UInt8] = []
  private var start = 0

  init(_ path: String) throws(SystemError) {
    file = try Files.open(path, for: .reading)
    sizeBytes = Int(try Files.status(path)?.size ?? 0)
  }

  /// Up to so many bytes from a place on; fewer where the file ends or cannot be read.
  func bytes(at offset: Int, upTo limit: Int) -> ArraySlice<UInt8> {
    if offset < start || offset + limit > start + window.count { load(offset, limit) }
    guard offset - start <= window.count else { return [] }
    return window[(offset - start)...].prefix(limit)
  }

  private func load(_ offset: Int, _ limit: Int) {
    window = []
    start = offset
    do throws(SystemError) {
      while window.count < max(limit, Self.windowBytes) {
        let left = max(limit, Self.windowBytes) - window.count
        let outcome = try file.read(into: &window, upTo: left, at: Int64(offset + window.count))
        if case .bytes = outcome { continue }
        return
      }
    } catch {
      // What cannot be read is not there: the program then does not count as standing alone.
    }
  }
}
