import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

@Suite struct LocationExecutableTests {
  private static let disk: [String: ProgramStatus] = [
    "/srv/weather/bin/ml": .program,
    "/srv/weather/text": .notExecutable,
    "/srv/weather/folder": .directory,
    "/usr/bin/python3": .program,
    "/opt/python3": .notExecutable,
    "/home/python3": .directory,
    "relative/python3": .program,
  ]

  private func resolve(_ entry: LocationEntry, path: String?) -> String {
    let result = resolveExecutable(entry, file: Samples.file, searchPath: path) {
      Self.disk[$0] ?? .missing
    }
    switch result {
    case .success(let path): return path
    case .failure(let problem): return problem.description
    }
  }

  @Test(arguments: [
    ("bin/ml", "/srv/weather/bin/ml"),
    ("bin/none", "there is no file \"/srv/weather/bin/none\"; build it, or correct the path"),
    ("text", "\"/srv/weather/text\" is not executable; `chmod +x` makes it so"),
    ("folder", "\"/srv/weather/folder\" is a directory, not a program"),
  ])
  func `a path must lead to a program`(executable: String, outcome: String) throws {
    let text = """
      { "version": 1,
        "locations": [{ "name": "ml", "executable": "\(executable)" }] }
      """
    let entry = try #require(Samples.load(text).workspace?.locations.first)
    let message = "workspace.json:2:17: location \"ml\": \"executable\": "
    let found = resolve(entry, path: "/usr/bin")
    #expect(found == (outcome.hasPrefix("/") ? outcome : message + outcome))
  }

  @Test(arguments: [
    ("/home:/opt:relative:/usr/bin", "/usr/bin/python3"),
    (
      "/opt",
      "workspace.json:1:31: location \"py\": \"executable\": there is no program \"python3\" in "
        + "PATH (/opt)"
    ),
  ])
  func `a bare name is the first program of that name in PATH`(
    path: String,
    outcome: String
  ) throws {
    let text = """
      { "version": 1, "locations": [{ "name": "py", "executable": "python3", \
      "executableFromPath": true }] }
      """
    let entry = try #require(Samples.load(text).workspace?.locations.first)
    #expect(resolve(entry, path: path) == outcome)
  }

  @Test func `the disk says what stands where a program should`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "hanse-program-")
    defer { _ = try? Files.removeTree(directory) }  // teardown
    let plain = Paths.join(directory, "plain")
    try Files.writeAtomically(plain, [], durably: false)
    #expect(ProgramStatus(at: "/bin/sh") == .program)
    #expect(ProgramStatus(at: plain) == .notExecutable)
    #expect(ProgramStatus(at: directory) == .directory)
    #expect(ProgramStatus(at: plain + "/none") == .missing)
  }
}
