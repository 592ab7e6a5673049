import CPosix
import Glibc
import Synchronization

/// Owns one file descriptor and closes it once.
///
/// Any thread may use and close it. A close while another thread reads or writes takes effect when
/// that call returns, so that the number cannot be reused under it; it does not wake a thread that
/// is blocked in the call.
package final class Descriptor: Sendable {
  /// What a read brought.
  package enum ReadOutcome: Hashable, Sendable {
    /// This many bytes, at least one, were appended.
    case bytes(Int)
    /// Every writer has closed.
    case endOfFile
    /// Nothing is there now. Only on a non-blocking descriptor.
    case wouldBlock
  }

  /// What a write achieved.
  package enum WriteOutcome: Hashable, Sendable {
    /// This many bytes were taken, perhaps fewer than offered.
    case wrote(Int)
    /// There is no room now. Only on a non-blocking descriptor.
    case wouldBlock
    /// Nobody reads any more.
    case broken
  }

  private static let closedBit: UInt32 = 1 << 31

  /// The number the kernel knows it by.
  ///
  /// Meaningless after ``close()``.
  package let number: Int32
  private let closesNumber: Bool
  /// The count of calls in progress, and ``closedBit``.
  private let state = Atomic<UInt32>(0)

  /// Takes over `number`: nobody else may close it.
  package init(owning number: Int32) {
    self.number = number
    closesNumber = true
  }

  /// Uses `number` without ever closing it, for the three standard streams.
  package init(borrowing number: Int32) {
    self.number = number
    closesNumber = false
  }

  deinit { close() }

  package var isClosed: Bool { state.load(ordering: .acquiring) & Self.closedBit != 0 }

  /// Closes the descriptor; further calls do nothing.
  package func close() {
    let old = state.bitwiseOr(Self.closedBit, ordering: .acquiringAndReleasing).oldValue
    if old == 0 { closeNumber() }
  }

  /// Appends up to `limit` bytes to `buffer`.
  package func read(
    into buffer: inout [UInt8],
    upTo limit: Int
  ) throws(SystemError) -> ReadOutcome {
    try enter("read")
    defer { leave() }
    let (count, number) = unsafe withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) {
      space -> (Int, Int32) in
      let result = Self.uninterrupted { unsafe Glibc.read(self.number, space.baseAddress, limit) }
      if result.count > 0 { unsafe buffer.append(contentsOf: space[..<result.count]) }
      return result
    }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .endOfFile }
    if number == EAGAIN { return .wouldBlock }
    throw SystemError(operation: "read", number: number)
  }

  /// Appends up to `limit` bytes of a file from `offset` on to `buffer`.
  package func read(
    into buffer: inout [UInt8],
    upTo limit: Int,
    at offset: Int64
  ) throws(SystemError) -> ReadOutcome {
    try enter("read")
    defer { leave() }
    let (count, number) = unsafe withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) {
      space -> (Int, Int32) in
      let result = Self.uninterrupted {
        unsafe pread(self.number, space.baseAddress, limit, off_t(offset))
      }
      if result.count > 0 { unsafe buffer.append(contentsOf: space[..<result.count]) }
      return result
    }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .endOfFile }
    throw SystemError(operation: "read", number: number)
  }

  /// Writes as much of `bytes` as there is room for.
  package func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> WriteOutcome {
    try enter("write")
    defer { leave() }
    let (count, number) = unsafe bytes.withUnsafeBytes { space -> (Int, Int32) in
      Self.uninterrupted { unsafe Glibc.write(self.number, space.baseAddress, space.count) }
    }
    if count >= 0 { return .wrote(count) }
    switch number {
    case EAGAIN: return .wouldBlock
    case EPIPE, ECONNRESET: return .broken
    default: throw SystemError(operation: "write", number: number)
    }
  }

  /// Writes all of `bytes`, waiting for room.
  ///
  /// A reader that has gone is an error (`EPIPE`) here.
  package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch try write(rest) {
      case .wrote(let count): rest = rest.dropFirst(count)
      case .wouldBlock: try wait("write", cposix_wait_writable)
      case .broken: throw SystemError(operation: "write", number: EPIPE)
      }
    }
  }

  /// Reads to the end of the file, waiting where needed.
  ///
  /// - Throws: `EFBIG` once there are more than `limitBytes`.
  package func readAll(limitBytes: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      // One byte more than there is room for tells a file that is too large from one that fits.
      let room = min(limitBytes - bytes.count, (1 << 16) - 1)
      switch try read(into: &bytes, upTo: room + 1) {
      case .bytes: break
      case .endOfFile: return bytes
      case .wouldBlock: try wait("read", cposix_wait_readable)
      }
      if bytes.count > limitBytes { throw SystemError(operation: "read", number: EFBIG) }
    }
  }

  /// Chooses whether calls wait, for every descriptor of the same open file.
  package func setNonBlocking(_ enabled: Bool) throws(SystemError) {
    try use("set non-blocking") { cposix_set_nonblocking($0, enabled ? 1 : 0) }
  }

  /// Ends both ways of a socket, which wakes whoever reads from it or writes to it.
  ///
  /// - Parameter words: What the other side gets before the end, as far as there is room at once.
  /// - Throws: When it is no socket, or is not connected any more.
  package func shutDownSocket(saying words: [UInt8] = []) throws(SystemError) {
    if !words.isEmpty {
      _ = unsafe words.withUnsafeBytes { space in
        unsafe send(
          number,
          space.baseAddress,
          space.count,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        )
      }
    }
    try use("shut down a socket") { shutdown($0, Int32(SHUT_RDWR)) }
  }

  /// A second descriptor of the same open file, not inherited by children, at least 3.
  package func duplicate() throws(SystemError) -> Descriptor {
    Descriptor(owning: try use("duplicate") { cposix_duplicate($0, 3) })
  }

  /// Runs `body`, a system call, while the number is certain to stay open.
  @discardableResult
  func use(
    _ operation: String,
    _ subject: String? = nil,
    _ body: (Int32) -> Int32
  ) throws(SystemError) -> Int32 {
    try enter(operation)
    defer { leave() }
    return try SystemCall.retrying(operation, subject) { body(number) }
  }

  private func wait(
    _ operation: String,
    _ call: (Int32) -> Int32
  ) throws(SystemError) {
    try use(operation, nil, call)
  }

  private func enter(_ operation: String) throws(SystemError) {
    var current = state.load(ordering: .relaxed)
    while true {
      if current & Self.closedBit != 0 { throw SystemError(operation: operation, number: EBADF) }
      let (done, seen) = state.weakCompareExchange(
        expected: current,
        desired: current + 1,
        ordering: .acquiringAndReleasing
      )
      if done { return }
      current = seen
    }
  }

  private func leave() {
    let now = state.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    if now == Self.closedBit { closeNumber() }
  }

  /// Runs once: nobody enters after the closed bit is set, so the count reaches zero only once.
  ///
  /// An interrupted close has closed on Linux, and is not repeated.
  private func closeNumber() {
    if closesNumber { _ = Glibc.close(number) }
  }

  private static func uninterrupted(_ body: () -> Int) -> (count: Int, number: Int32) {
    while true {
      let count = body()
      if count >= 0 { return (count, 0) }
      let number = errno
      if number != EINTR { return (count, number) }
    }
  }
}
