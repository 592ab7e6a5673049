import HanseModel
import HanseWorkspace
import Testing

@Suite struct WorkspacePropertyTests {
  private static let morsels: [[UInt8]] =
    [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "//", "/*", "*/", "\n", "\r\n", "\t", "null", "1e9",
      "\\ud800", "ä", "😀", "\u{0}", "-", "\"name\":", "\"1s\"",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

  private func mutated(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
      let start = Int.random(in: 0..<result.count, using: &random)
      let end = min(result.count, start + Int.random(in: 0...6, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: result.removeSubrange(start..<end)
      case 1: result.insert(contentsOf: Self.morsels.randomElement(using: &random) ?? [], at: start)
      case 2: result[start] = UInt8.random(in: 0...255, using: &random)
      default: result.insert(contentsOf: Array(result[start..<end]), at: start)
      }
    }
    return result
  }

  @Test(.timeLimit(.minutes(10))) func `no text crashes the reading of it`() {
    var random = SeededRandom()
    let comment = Comment(rawValue: random.comment)
    let good = Array(Samples.full.utf8)
    for _ in 0..<3000 {
      let bytes = mutated(good, &random)
      let load = WorkspaceFile.parse(bytes, file: Samples.file, directory: Samples.directory)
      let end = SourcePosition(of: bytes.count, in: bytes)
      let positions = load.problems.map(\.position)
      #expect(positions == positions.sorted(), comment)
      #expect(positions.allSatisfy { $0 <= end && $0.line >= 1 && $0.column >= 1 }, comment)
      #expect(load.workspace != nil || !load.errors.isEmpty, comment)
      #expect(load.disabledLocations.allSatisfy { !$0.problems.isEmpty }, comment)
    }
  }

  private func readable(_ bytes: [UInt8]) -> JSONCDocument? {
    do { return try JSONCDocument(parsing: bytes) } catch { return nil }
  }

  @Test(.timeLimit(.minutes(10))) func `an edit of any readable text keeps what it does not name`()
  {
    var random = SeededRandom()
    let comment = Comment(rawValue: random.comment)
    let good = Array(Samples.full.utf8)
    var count = 0
    for _ in 0..<1500 {
      let bytes = mutated(good, &random)
      guard let document = readable(bytes) else { continue }
      guard case .object = document.root.kind, document.root.member("new") == nil else { continue }
      count += 1
      #expect(throws: Never.self, comment) {
        let larger = try document.inserting("new", [1, 2], at: [])
        var expected = document.root.value.objectMembers ?? []
        expected.append(.init("new", [1, 2]))
        #expect(larger.root.value == .object(expected), comment)
        let smaller = try larger.removing([.member("new")])
        #expect(smaller.root.value == document.root.value, comment)
      }
    }
    #expect(count > 50, comment)
  }
}
