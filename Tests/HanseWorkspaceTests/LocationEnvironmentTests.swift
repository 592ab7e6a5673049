import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

@Suite struct LocationEnvironmentTests {
  private static let inherited = [
    "PATH": "/bin", "HOME": "/root", "LANG": "C", "TOKEN": "t0ken", "AWS_SECRET": "x",
  ]

  private func entry(_ environment: String) throws -> LocationEntry {
    let load = Samples.load(Samples.location("\"environment\": \(environment)"))
    return try #require(load.workspace?.locations.first)
  }

  @Test func `a location gets four variables, its own, and nothing else`() throws {
    let entry = try entry(#"{ "A": "1", "T": { "fromEnvironment": "TOKEN" }, "LANG": "de" }"#)
    let result = try resolveEnvironment(entry, file: Samples.file, inherited: Self.inherited).get()
    #expect(
      result.variables == ["PATH": "/bin", "HOME": "/root", "LANG": "de", "A": "1", "T": "t0ken"]
    )
    #expect(result.secrets == ["t0ken"])
  }

  @Test(arguments: [
    ("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), ("a\n\n", "a\n"), (" a ", " a "),
  ])
  func `the value of a secret's file is all of it but one line end`(
    contents: String,
    value: String
  ) throws {
    let entry = try entry(#"{ "P": { "fromFile": "secret" } }"#)
    var asked: [String] = []
    let result = try resolveEnvironment(entry, file: Samples.file, inherited: [:]) { path in
      asked.append(path)
      return Array(contents.utf8)
    }.get()
    #expect(asked == ["/srv/weather/secret"])
    #expect(result.variables == ["P": value])
    #expect(result.secrets == [value])
  }

  @Test func `everything that is missing is reported at once`() throws {
    let entry = try entry(
      #"{ "A": { "fromEnvironment": "NOPE" }, "B": { "fromFile": "/none" }, "C": "c" }"#
    )
    let result = resolveEnvironment(entry, file: Samples.file, inherited: [:]) { _ in
      throw SystemError(operation: "open", number: 2, subject: "/none")
    }
    guard case .failure(let failure) = result else {
      Issue.record("the environment was made although two values are missing")
      return
    }
    #expect(
      failure.problems.map(\.description) == [
        "workspace.json:2:60: location \"ml\": \"environment.A\": the variable \"NOPE\" is not set "
          + "in the environment of the host; set it and start the host again",
        "workspace.json:2:96: location \"ml\": \"environment.B\": the secret file \"/none\" does "
          + "not exist; write the value into it",
      ]
    )
  }

  @Test(
    arguments: [
      ([0xFF, 0x68, 0x75, 0x6E], "is not UTF-8 text without zero bytes"),
      ([0x68, 0x00], "is not UTF-8 text without zero bytes"),
      ([0x0A], "is empty"),
      ([], "is empty"),
    ] as [([UInt8], String)]
  )
  func `a bad secret's file is named and never shown`(bytes: [UInt8], reason: String) throws {
    let entry = try entry(#"{ "B": { "fromFile": "/s" } }"#)
    let result = resolveEnvironment(entry, file: Samples.file, inherited: [:]) { _ in bytes }
    #expect(throws: EnvironmentFailure.self) { try result.get() }
    guard case .failure(let failure) = result else { return }
    #expect(
      failure.description
        == "workspace.json:2:60: location \"ml\": \"environment.B\": the secret file \"/s\" \(reason)"
    )
  }

  @Test func `secret files are read from the disk`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "hanse-secret-")
    defer { _ = try? Files.removeTree(directory) }  // teardown
    let path = Paths.join(directory, "secret")
    try Files.writeAtomically(path, Array("pa55\n".utf8), durably: false)
    let entry = try entry("{ \"B\": { \"fromFile\": \"\(path)\" } }")
    let result = try resolveEnvironment(entry, file: Samples.file, inherited: [:]).get()
    #expect(result.variables == ["B": "pa55"])
    try Files.writeAtomically(path, [UInt8](repeating: 97, count: 65_537), durably: false)
    let second = resolveEnvironment(entry, file: Samples.file, inherited: [:])
    #expect(throws: EnvironmentFailure.self) { try second.get() }
    guard case .failure(let failure) = second else { return }
    #expect(
      failure.description
        == "workspace.json:2:60: location \"ml\": \"environment.B\": the secret file \"\(path)\" has "
        + "more than 64 KiB"
    )
  }
}
