import HanseSystem

/// The pages of a location's definitions, each made while the host reads the one before.
final class DefinitionPages: Sendable {
  private struct Ahead: Sendable {
    var start: Int
    var page: Task<DefinitionPager.Page, Never>
  }

  private let pager: DefinitionPager
  private let ahead = Monitor<Ahead?>(nil)

  init(_ pager: DefinitionPager) { self.pager = pager }

  /// Whether a page that begins at `cursor` can exist.
  func start(_ cursor: String?) -> Int? { pager.start(cursor) }

  /// The page that begins at a place that ``start(_:)`` has given.
  func page(from start: Int) async -> DefinitionPager.Page {
    let made = ahead.withLock { $0?.start == start ? $0?.page : nil }
    let page = await made?.value ?? pager.page(from: start)
    let hasher = page.hasher
    ahead.withLock { [pager] ahead in
      guard let next = page.next else {
        ahead = nil
        return
      }
      guard ahead?.start != next else { return }
      // Ends by itself; nobody needs to cancel it.
      ahead = Ahead(
        start: next,
        page: Task { @concurrent in pager.page(from: next, hasher: hasher) }
      )
    }
    return page
  }
}
