import HanseModel
import Testing

@testable import HanseGraph

@Suite struct SelectionPropertyTests {
  private let words = [
    "a", "climate/daily", "and", "NOT", "or", "2", "007", "tag", "x y", "q\"t", "b\\s", "st*r",
    "e=q",
    "p+s", "(", ",", "\u{301}mark", "\r\n", "ünï", "a:b", "team@example.com", "-", "/",
  ]

  private func glob(_ random: inout SeededRandom, canBeEmpty: Bool) -> Glob {
    let pieces = (0...random.below(3)).map { _ in
      random.below(4) == 0 ? "" : words[random.below(words.count)]
    }
    let glob = Glob(pieces: pieces)
    return glob.isEmpty && !canBeEmpty ? Glob("a") : glob
  }

  private func reach(_ random: inout SeededRandom) -> SelectionExpression.Reach? {
    switch random.below(3) {
    case 0: nil
    case 1: .everything
    default: .levels(random.below(1_000))
    }
  }

  private func expression(_ random: inout SeededRandom, depth: Int) -> SelectionExpression {
    switch random.below(depth == 0 ? 4 : 8) {
    case 0: return .key(SelectionExpression.KeyTerm(glob(&random, canBeEmpty: false)))
    case 1:
      let attributes = SelectionExpression.Attribute.allCases
      return .attribute(
        attributes[random.below(attributes.count)],
        glob(&random, canBeEmpty: true)
      )
    case 2: return .tag(name: glob(&random, canBeEmpty: true), value: nil)
    case 3:
      return .tag(name: glob(&random, canBeEmpty: true), value: glob(&random, canBeEmpty: true))
    case 4: return .not(expression(&random, depth: depth - 1))
    case 5:
      let inner = expression(&random, depth: depth - 1)
      let upstream = reach(&random)
      let downstream = reach(&random)
      // Without any sign there is nothing to write.
      return upstream == nil && downstream == nil
        ? inner : .neighbours(of: inner, upstream: upstream, downstream: downstream)
    case 6:
      return .all((0..<2 + random.below(2)).map { _ in expression(&random, depth: depth - 1) })
    default:
      return .any((0..<2 + random.below(2)).map { _ in expression(&random, depth: depth - 1) })
    }
  }

  @Test(arguments: SeededRandom.seeds)
  func `what is printed reads back the same`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20 {
      let selection = AssetSelection(expression(&random, depth: 3))
      let read = try AssetSelection.parse(selection.description)
      #expect(read.expression == selection.expression)
      #expect(read.description == selection.description)
    }
  }

  @Test(arguments: SeededRandom.seeds)
  func `no text breaks the parser, and every error has a place in the text`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let parts =
      words + ["(", ")", "\"", "+", "*", ":", "=", " ", "and ", "not ", "group:", "tag:", "1"]
    for _ in 0..<50 {
      let text = (0..<random.below(12)).map { _ in parts[random.below(parts.count)] }.joined()
      do throws(SelectionError) {
        let selection = try AssetSelection.parse(text)
        #expect(throws: Never.self) { try AssetSelection.parse(selection.description) }
      } catch {
        #expect((1...text.count + 1).contains(error.column))
        #expect(error.description.contains("^"))
      }
    }
  }
}
