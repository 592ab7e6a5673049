import HanseSystem

/// Waits until nobody has the other end of a pipe.
///
/// Closing it is not enough: a child that another test is just spawning has a copy of every
/// descriptor until its program starts.
func waitForHangUp(of end: Descriptor) throws {
  let poller = try Poller()
  try poller.add(end, token: 0, interest: [])
  var ready: [Poller.Ready] = []
  try poller.wait(upToMilliseconds: nil, into: &ready)
}

/// A directory that is gone when the test is over.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = try Files.makeTemporaryDirectory(prefix: "system-tests-")
  }

  deinit {
    do {
      try Files.removeTree(path)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  func file(_ name: String) -> String { Paths.join(path, name) }

  func names() throws -> [String] { try Files.list(path) }

  func text(_ name: String) throws -> String {
    String(decoding: try Files.read(file(name), limitBytes: 1 << 20), as: UTF8.self)
  }

  func write(_ name: String, _ text: String) throws {
    try Files.writeAtomically(file(name), Array(text.utf8), durably: false)
  }
}
