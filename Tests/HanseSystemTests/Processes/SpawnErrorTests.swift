import Glibc
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct SpawnErrorTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `a missing executable is named`() {
    let error = #expect(throws: SystemError.self) {
      try RunningShell(executable: "/no/such/program")
    }
    #expect(
      error?.description == #"run "/no/such/program": No such file or directory (ENOENT)"#
    )
    #expect(error?.isNotFound == true)
  }

  @Test func `a missing working directory is named`() {
    let error = #expect(throws: SystemError.self) {
      try RunningShell("true", workingDirectory: "/no/such/place")
    }
    #expect(
      error?.description
        == #"change to directory "/no/such/place": No such file or directory (ENOENT)"#
    )
  }

  @Test func `a working directory that is a file is named`() throws {
    try directory.write("file", "")
    let path = directory.file("file")
    let error = #expect(throws: SystemError.self) {
      try RunningShell("true", workingDirectory: path)
    }
    #expect(error?.description == "change to directory \"\(path)\": Not a directory (ENOTDIR)")
  }

  @Test func `a script without its interpreter names both`() throws {
    let path = directory.file("script")
    try directory.write("script", "#! /no/such/shell -x\n")
    #expect(unsafe chmod(path, 0o755) == 0)
    let error = #expect(throws: SystemError.self) { try RunningShell(executable: path) }
    #expect(
      error?.description
        == "find the interpreter \"/no/such/shell\" of \"\(path)\": "
        + "No such file or directory (ENOENT)"
    )
  }

  @Test func `a file that may not be run is named`() throws {
    let path = directory.file("data")
    try directory.write("data", "x")
    let error = #expect(throws: SystemError.self) { try RunningShell(executable: path) }
    #expect(error?.description == "run \"\(path)\": Permission denied (EACCES)")
    #expect(error?.isPermission == true)
  }

  @Test func `text that C would cut is refused`() {
    let error = #expect(throws: SystemError.self) {
      try RunningShell(executable: "/bin/echo", arguments: ["a\0b"])
    }
    #expect(error?.description == "spawn \"a\0b\": Invalid argument (EINVAL)")
  }

  @Test(arguments: ["", "A=B", "A\0B"])
  func `a name no environment can hold is refused, and its value not shown`(name: String) {
    let error = #expect(throws: SystemError.self) {
      try RunningShell("true", environment: [name: "secret"])
    }
    #expect(
      error?.description == "set environment variable \"\(name)\": Invalid argument (EINVAL)"
    )
  }
}
