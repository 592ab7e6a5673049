import HanseHost
import HanseSystem

/// A location whose file is a script, which a test replaces.
final class Deployment {
  let folder: String
  var script: String { Paths.join(folder, "up") }

  init() throws { folder = try Files.makeTemporaryDirectory(prefix: "api-generations-") }

  deinit {
    do {
      try Files.removeTree(folder)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  func deploy(_ commands: String) throws {
    let program = Paths.join(
      Paths.directory(of: try SelfProcess.executablePath()),
      "FixtureLocation"
    )
    let text = "#!/bin/sh\nexport FIXTURE_NAME=up\n\(commands)\nexec '\(program)' \"$@\"\n"
    let file = try Files.open(script + ".new", for: .creating)
    try Files.setPermissions(of: file, 0o755)
    try file.writeAll(Array(text.utf8))
    file.close()
    try Files.rename(script + ".new", to: script)
  }

  /// A host on it and on another location, which reads what it makes.
  ///
  /// `more` are other locations, each with a comma before it, `members` other members of the file.
  func host(more: String = "", members: String = "") throws -> TestHost {
    let program = Paths.join(
      Paths.directory(of: try SelfProcess.executablePath()),
      "FixtureLocation"
    )
    return try TestHost(
      locations: """
        {"name": "up", "executable": "\(script)", "restart": {"initialDelay": "10ms"}},
        {"name": "down", "executable": "\(program)", "restart": {"initialDelay": "10ms"},
          "environment": {"FIXTURE_NAME": "down", "FIXTURE_UPSTREAM": "up/link1"}}\(more)
        """,
      members: members,
      keepsGenerations: true
    )
  }
}
