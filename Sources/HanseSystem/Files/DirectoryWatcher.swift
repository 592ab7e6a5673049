import Glibc

/// Reports what happens to the entries of directories, by inotify.
///
/// It knows directories and names only; ``FileWatcher`` follows paths. Any thread may use it, one at
/// a time.
final class DirectoryWatcher: Sendable {
  /// Names a directory that is watched.
  ///
  /// It stays with the directory when that is moved, and is not used again for another.
  struct Watch: Hashable, Sendable {
    fileprivate let number: Int32
  }

  /// One thing that happened.
  struct Notice: Hashable, Sendable {
    /// Nil when the kernel's queue overflowed: anything may have happened anywhere.
    var watch: Watch?
    /// The entry; nil for the directory itself.
    var name: String?
    var changes: FileWatcher.Changes
  }

  /// How much of a directory is of interest.
  enum Depth: Hashable, Sendable {
    /// Entries that come and go.
    case names
    /// Also what is written to them, and their attributes.
    case contents
    /// Also each write, while whoever writes goes on.
    case writes

    fileprivate var mask: UInt32 {
      switch self {
      case .names: Self.coming | Self.going | Self.ownFate
      case .contents: Self.coming | Self.going | Self.ownFate | Self.writing
      case .writes:
        Self.coming | Self.going | Self.ownFate | Self.writing | UInt32(IN_MODIFY)
      }
    }

    private static let coming = UInt32(IN_CREATE | IN_MOVED_TO)
    private static let going = UInt32(IN_DELETE | IN_MOVED_FROM)
    private static let writing = UInt32(IN_CLOSE_WRITE | IN_ATTRIB)
    private static let ownFate = UInt32(IN_DELETE_SELF | IN_MOVE_SELF)
  }

  /// Readable while there are notices.
  let descriptor: Descriptor

  init() throws(SystemError) {
    descriptor = Descriptor(
      owning: try SystemCall.retrying("watch files") {
        inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
      }
    )
  }

  /// Watches a directory, or more of one that is watched already.
  ///
  /// - Throws: `ENOENT` or `ENOTDIR` if there is none, `ENOSPC` when the user's limit of watches is
  ///   reached (`fs.inotify.max_user_watches`).
  func add(_ path: String, _ depth: Depth) throws(SystemError) -> Watch {
    try SystemCall.refuseZeroByte(in: path, "watch")
    let mask = depth.mask | UInt32(IN_ONLYDIR) | UInt32(IN_MASK_ADD)
    let number = try descriptor.use("watch", path) { number in
      unsafe inotify_add_watch(number, path, mask)
    }
    return Watch(number: number)
  }

  /// Stops watching a directory; nothing happens if it is gone.
  func remove(_ watch: Watch) {
    // Teardown: the kernel may have dropped the watch together with the directory.
    _ = inotify_rm_watch(descriptor.number, watch.number)
  }

  /// All that happened since the last call, in order.
  func takeNotices() throws(SystemError) -> [Notice] {
    var notices: [Notice] = []
    var bytes: [UInt8] = []
    while true {
      bytes.removeAll(keepingCapacity: true)
      guard case .bytes = try descriptor.read(into: &bytes, upTo: 1 << 14) else { return notices }
      Self.decode(bytes, into: &notices)
    }
  }

  /// Each record has four numbers of 32 bits, the last being the length of the name after them.
  private static func decode(_ bytes: [UInt8], into notices: inout [Notice]) {
    var rest = bytes[...]
    while rest.count >= 16 {
      let watch = Int32(bitPattern: word(rest, 0))
      let mask = word(rest, 1)
      let length = Int(word(rest, 3))
      let name = rest.dropFirst(16).prefix(length).prefix { $0 != 0 }
      rest = rest.dropFirst(16 + length)
      if mask & UInt32(IN_Q_OVERFLOW) != 0 {
        notices.append(Notice(watch: nil, name: nil, changes: .unknown))
      } else {
        notices.append(
          Notice(
            watch: Watch(number: watch),
            name: name.isEmpty ? nil : String(decoding: name, as: UTF8.self),
            changes: changes(mask)
          )
        )
      }
    }
  }

  private static func word(_ bytes: ArraySlice<UInt8>, _ index: Int) -> UInt32 {
    bytes.dropFirst(index * 4).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func changes(_ mask: UInt32) -> FileWatcher.Changes {
    var changes: FileWatcher.Changes = []
    if mask & UInt32(IN_CLOSE_WRITE) != 0 { changes.insert(.written) }
    if mask & UInt32(IN_ATTRIB) != 0 { changes.insert(.attributes) }
    if mask & UInt32(IN_MODIFY) != 0 { changes.insert(.modified) }
    if mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0 { changes.insert(.appeared) }
    if mask & UInt32(IN_DELETE | IN_MOVED_FROM) != 0 { changes.insert(.vanished) }
    let ownFate = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)
    if mask & ownFate != 0 { changes.insert(.way) }
    return changes
  }
}
