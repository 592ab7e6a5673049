import CPosix
import Glibc

/// A thread of the operating system, for work that blocks.
///
/// Swift's cooperative threads must never block; a pipe reader or a writer of the database has one
/// of these to itself.
package final class OSThread: Sendable {
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Nil once joined.
  private let handle: Monitor<pthread_t?>

  private init(_ handle: pthread_t) { self.handle = Monitor(handle) }

  deinit {
    handle.withLock { thread in
      if let thread { pthread_detach(thread) }
    }
  }

  /// Starts `body` on a new thread.
  ///
  /// - Parameters:
  ///   - name: What debuggers and `top` show; the kernel keeps its first 15 bytes.
  ///   - stackSizeBytes: The room for its stack, at least 64 KiB.
  ///   - body: What it runs. It goes on to its end even if the returned object is let go.
  /// - Returns: The running thread.
  /// - Throws: `EAGAIN` if there are too many threads, or no memory for one more.
  @discardableResult
  package static func start(
    name: String,
    stackSizeBytes: Int = 1 << 20,
    _ body: @escaping @Sendable () -> Void
  ) throws(SystemError) -> OSThread {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    let size = max(stackSizeBytes, 1 << 16)
    let sized = unsafe pthread_attr_setstacksize(&attributes, size)
    try SystemCall.check("set the stack size of thread", name, number: sized)

    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var handle = pthread_t()
    let number = unsafe pthread_create(
      &handle,
      &attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        var name = Array(start.name.utf8.prefix(15)).map(CChar.init(bitPattern:))
        name.append(0)
        _ = unsafe cposix_name_this_thread(&name)
        start.body()
        return nil
      },
      start.toOpaque()
    )
    if number != 0 {
      unsafe start.release()
      throw SystemError(operation: "start thread", number: number, subject: name)
    }
    return OSThread(handle)
  }

  /// Lets all other threads go first from here on: for work that nobody waits for.
  ///
  /// Where the system refuses, the thread stays as it was.
  package static func yieldToOthers() {
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
  }

  /// Waits until the thread has ended; further calls return at once.
  ///
  /// Must not be called from the thread itself.
  package func join() {
    handle.withLock { thread in
      if let running = thread { pthread_join(running, nil) }
      thread = nil
    }
  }
}
