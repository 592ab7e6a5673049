import HanseSystem
import Testing

@Suite struct PathsTests {
  @Test(arguments: [
    ("", "."), (".", "."), ("/", "/"), ("//", "/"), ("a//b/", "a/b"), ("./a/./b", "a/b"),
    ("a/..", "."), ("a/../..", ".."), ("../../a", "../../a"), ("/..", "/"), ("/a/../../b", "/b"),
    ("/a/b/../c", "/a/c"), ("...", "..."),
  ])
  func `a path is normalized`(path: String, expected: String) {
    #expect(Paths.normalized(path) == expected)
  }

  @Test(arguments: [
    ("/", "/", "/"), ("/a", "/", "a"), ("/a/", "/", "a"), ("/a/b", "/a", "b"), ("a", ".", "a"),
    ("a/b", "a", "b"), ("a//b//", "a", "b"), ("//a", "/", "a"), ("/a/b.c", "/a", "b.c"),
  ])
  func `a path has a directory and a name`(path: String, directory: String, name: String) {
    #expect(Paths.directory(of: path) == directory)
    #expect(Paths.name(of: path) == name)
  }

  @Test(arguments: [
    (["a", "b"], "a/b"), (["a/", "b"], "a/b"), (["/", "b"], "/b"), (["", "b"], "b"),
    (["a", ""], "a"), (["a", "/b"], "/b"),
  ])
  func `paths are joined`(parts: [String], expected: String) {
    #expect(Paths.join(parts[0], parts[1]) == expected)
    #expect(Paths.join(parts[0], parts[1], "z") == (expected == "/" ? "/z" : expected + "/z"))
  }

  @Test(arguments: [
    ("x", "/a/b", "/a/b/x"), ("../x", "/a/b", "/a/x"), ("/x", "/a", "/x"), (".", "/a", "/a"),
  ])
  func `a relative path is seen from its base`(path: String, base: String, expected: String) {
    #expect(Paths.absolute(path, relativeTo: base) == expected)
  }

  @Test func `normalizing every short path once is enough, and stays where it points`() {
    let parts = ["a", "b", ".", "..", ""]
    var words: [[String]] = [[]]
    for _ in 0..<5 {
      words += words.flatMap { word in parts.map { word + [$0] } }.filter { $0.count > 1 }
    }
    for word in Set(words) {
      let path = "/" + word.joined(separator: "/")
      let once = Paths.normalized(path)
      #expect(Paths.normalized(once) == once)
      #expect(Paths.isAbsolute(once))
      #expect(!once.split(separator: "/").contains(".."), "\(path) became \(once)")
    }
  }
}
