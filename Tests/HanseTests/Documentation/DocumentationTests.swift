import HanseSystem
import Testing

struct DocumentationTests {
  @Test(arguments: ["GettingStarted.md", "WritingAssets.md", "TestingYourLocation.md"])
  func `every sample of an article is code that compiles`(article: String) throws {
    let here = Paths.directory(of: #filePath)
    let root = Paths.normalized(Paths.join(here, "../../.."))
    let samples = lines(try text("\(here)/DocumentationSamples.swift"))
    let blocks = blocks(in: try text("\(root)/Sources/Hanse/Hanse.docc/\(article)"))
    #expect(!blocks.isEmpty)
    for block in blocks {
      let starts = samples.indices.filter { samples[$0...].starts(with: block) }
      #expect(!starts.isEmpty, "\(block.joined(separator: "\n"))")
    }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
  }

  /// The lines without their indentation, and without empty ones.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
  }

  /// The Swift blocks of an article; `@main`, which a test may not have, is left out.
  private func blocks(in article: String) -> [[String]] {
    var blocks: [[String]] = []
    var block: [String]?
    for line in lines(article) {
      if line == "```swift" {
        block = []
      } else if line == "```" {
        if let block { blocks.append(block) }
        block = nil
      } else if line != "@main" {
        block?.append(line)
      }
    }
    return blocks
  }
}
