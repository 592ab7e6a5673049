import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

@Suite struct WorkspaceFileTests {
  @Test func `the nearest file upwards is found and read`() throws {
    let root = try Files.makeTemporaryDirectory(prefix: "hanse-workspace-")
    defer { _ = try? Files.removeTree(root) }  // teardown
    let deep = Paths.join(root, "a/b/c")
    try Files.createDirectories(deep)
    let file = Paths.join(root, "a/workspace.json")
    try Files.writeAtomically(file, Array(#"{ "version": 1 }"#.utf8), durably: false)

    #expect(WorkspaceFile.find(from: deep) == file)
    #expect(WorkspaceFile.find(from: deep + "/../c/") == file)
    let load = WorkspaceFile.load(path: file)
    #expect(load.problems.isEmpty)
    #expect(load.workspace?.file == file)
    #expect(load.workspace?.directory == Paths.join(root, "a"))
    #expect(load.workspace?.name == "a")
  }

  @Test func `a missing file says what to do`() {
    let load = WorkspaceFile.load(path: "/nowhere/workspace.json")
    #expect(load.workspace == nil)
    #expect(
      load.problems.map(\.description) == [
        "workspace.json:1:1: there is no such file; make one with `hanse init`, or name another "
          + "directory"
      ]
    )
  }

  @Test(arguments: [
    ("/", "the file cannot be read: Is a directory (EISDIR); name a workspace file"),
    ("/dev/zero", "the file has more than 16 MiB, the limit; name a workspace file"),
    // Only the kernel may read this one, whoever asks.
    (
      "/proc/self/mem",
      "the file cannot be read: Input/output error (EIO); name a workspace file"
    ),
  ])
  func `what is no file that can be read is reported`(path: String, message: String) {
    #expect(WorkspaceFile.load(path: path).problems.map(\.message) == [message])
  }
}
