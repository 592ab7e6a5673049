import HanseModel
import HanseWire
import Testing

@testable import Hanse

@Suite struct DefinitionPagerTests {
  private static func definitions(assets: Int, checks: Int) -> LocationDefinitions {
    LocationDefinitions(
      assets: (0..<assets).map { index in
        AssetDefinition(
          key: AssetKey("many/asset_\(index)"),
          dependencies: index == 0 ? [] : [Dependency(AssetKey("many/asset_\(index - 1)"))],
          description: "Number \(index) of many"
        )
      },
      checks: (0..<checks).map {
        CheckDefinition(name: "check", asset: AssetKey("many/asset_\($0)"))
      },
      resources: ["warehouse"]
    )
  }

  /// All pages put together, and the length of the longest line.
  private static func collect(
    _ definitions: LocationDefinitions,
    lineBytes: Int
  ) async throws -> (LocationDefinitions, pages: Int, longest: Int, digest: String?) {
    let pager = DefinitionPager(definitions, lineBytes: lineBytes)
    var found = LocationDefinitions()
    var cursor: String?
    var pages = 0
    var longest = 0
    var digest: String?
    var hasher: DefinitionHasher?
    repeat {
      let start = try #require(pager.start(cursor))
      let result = pager.page(from: start, hasher: hasher)
      hasher = result.hasher
      longest = max(longest, LocationLine.result(result, id: 1).byteCount)
      let page = try DefinitionsPage.decode(JSONWriter.encode(result))
      found.assets += page.definitions.assets
      found.checks += page.definitions.checks
      found.resources += page.definitions.resources
      cursor = page.nextCursor
      digest = page.digest
      pages += 1
      #expect((page.digest == nil) == (cursor != nil))
    } while cursor != nil
    return (found, pages, longest, digest)
  }

  @Test(arguments: [(0, 0), (1, 0), (0, 1), (3, 2), (2000, 500), (5000, 0), (1, 4000)])
  func `pages hold every definition once, in order, and fit their lines`(
    assets: Int,
    checks: Int
  ) async throws {
    let definitions = Self.definitions(assets: assets, checks: checks)
    let (found, _, longest, digest) = try await Self.collect(definitions, lineBytes: 1 << 16)
    #expect(found == definitions)
    #expect(longest < 1 << 16)
    #expect(digest == DefinitionPager.digest(of: definitions))
  }

  @Test func `a page that is asked for out of order is the same, its digest too`() async throws {
    let definitions = Self.definitions(assets: 2000, checks: 500)
    let pager = DefinitionPager(definitions, lineBytes: 1 << 16)
    let pages = DefinitionPages(pager)
    var starts = [0]
    var inOrder: [[UInt8]] = []
    while let start = starts.last, starts.count == inOrder.count + 1 {
      let page = await pages.page(from: start)
      inOrder.append(JSONWriter.encode(page))
      if let next = page.next { starts.append(next) }
    }
    #expect(starts.count > 3)
    for (start, expected) in zip(starts, inOrder).reversed() {
      #expect(JSONWriter.encode(await pages.page(from: start)) == expected)
    }
  }

  @Test func `many definitions come in few pages`() async throws {
    let definitions = Self.definitions(assets: 10_000, checks: 0)
    let (found, pages, longest, _) = try await Self.collect(definitions, lineBytes: 8 << 20)
    #expect(found.assets.count == 10_000)
    #expect((2...4).contains(pages))
    #expect(longest < 1 << 20)
  }

  @Test func `a definition that no line can hold is left out by name`() async throws {
    var definitions = Self.definitions(assets: 3, checks: 0)
    definitions.assets[1].description = String(repeating: "x", count: 70_000)
    let page = DefinitionPager(definitions, lineBytes: 1 << 16).page(from: 0)
    #expect(page.leftOut.count == 1)
    #expect(page.leftOut[0].hasPrefix(#"asset "many/asset_1" is left out: its definition has 70"#))
    let keys = try DefinitionsPage.decode(JSONWriter.encode(page)).definitions.assets.map(\.key)
    #expect(keys == ["many/asset_0", "many/asset_2"])
  }

  @Test(arguments: ["", "0", "-1", "3", "x", "1.5"])
  func `a cursor that no page has given is refused`(cursor: String) {
    let pager = DefinitionPager(Self.definitions(assets: 2, checks: 1), lineBytes: 1 << 16)
    #expect(pager.start(cursor) == nil)
  }
}
