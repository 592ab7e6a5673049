import HanseModel
import HanseSystem
import HanseWire

/// Reads pages of definitions on a thread of its own, so that a large location holds up nobody's
/// steps.
///
/// A page's cursor is told before its definitions are read: the location makes the next page
/// meanwhile. Pages of one process are read in the order in which they come.
final class DefinitionsReader: Sendable {
  typealias Key = HostLoop.ProcessKey

  /// Something to read.
  enum Work: Sendable {
    /// A long line, while the answer to the request of that id is awaited.
    case line([UInt8], awaited: Int64, limits: WireLimits)
    /// A page, the outline of which is known.
    case page(LocationMessage.ResultPlace, DefinitionsPage.Outline)
  }

  /// What a long line says.
  struct Reading: Sendable {
    var message: LocationMessage
    var line: [UInt8]
    /// Of the awaited page; its definitions are read next.
    var outline: DefinitionsPage.Outline?
  }

  /// All definitions of a process.
  struct Loaded: Sendable {
    var definitions: LocationDefinitions
    var digest: String
  }

  /// What comes of the work.
  enum News: Sendable {
    case read(Reading)
    case loaded(Loaded)
    case refused(WireRefusal)
  }

  /// The most assets and checks of one location.
  static let definitionsLimit = 1_000_000

  private struct Order: Sendable {
    var key: Key
    /// Nil when the process is gone.
    var work: Work?
  }

  private struct Orders: Sendable {
    var waiting: [Order] = []
    var isClosed = false
  }

  private let orders = Monitor(Orders())
  private let thread: OSThread

  /// Starts the thread.
  ///
  /// - Parameter tell: Gets what was read, on the thread.
  /// - Throws: If the thread cannot be started.
  init(tell: @escaping @Sendable (Key, News) -> Void) throws(SystemError) {
    let orders = orders
    thread = try OSThread.start(name: "hanse-definitions", stackSizeBytes: 8 << 20) {
      var pages = DefinitionPages()
      while true {
        let next = orders.wait(untilMilliseconds: nil) { orders -> [Order]? in
          guard !orders.waiting.isEmpty || orders.isClosed else { return nil }
          defer { orders.waiting = [] }
          return orders.isClosed ? [] : orders.waiting
        }
        guard let next, !next.isEmpty else { return }
        for order in next {
          pages.perform(order.work, of: order.key) { tell(order.key, $0) }
        }
      }
    }
  }

  func read(_ work: Work, of key: Key) {
    orders.update { $0.waiting.append(Order(key: key, work: work)) }
  }

  /// Lets go of the pages of a process that has ended.
  func forget(_ key: Key) {
    orders.update { $0.waiting.append(Order(key: key)) }
  }

  func close() {
    orders.update { $0.isClosed = true }
    thread.join()
  }
}

/// The pages so far of each process that is loading.
private struct DefinitionPages {
  private var definitions: [DefinitionsReader.Key: LocationDefinitions] = [:]

  mutating func perform(
    _ work: DefinitionsReader.Work?,
    of key: DefinitionsReader.Key,
    tell: (DefinitionsReader.News) -> Void
  ) {
    do throws(WireRefusal) {
      switch work {
      case nil: definitions[key] = nil
      case .page(let place, let outline): try add(place, outline, of: key, tell)
      case .line(let line, let awaited, let limits):
        let message = try LocationStream.read(line, limits: limits)
        guard case .result(awaited, let place) = message.body else {
          return tell(.read(.init(message: message, line: line)))
        }
        let outline: DefinitionsPage.Outline = try place.demand()
        tell(.read(.init(message: message, line: line, outline: outline)))
        try add(place, outline, of: key, tell)
      }
    } catch {
      definitions[key] = nil
      tell(.refused(error))
    }
  }

  private mutating func add(
    _ place: LocationMessage.ResultPlace,
    _ outline: DefinitionsPage.Outline,
    of key: DefinitionsReader.Key,
    _ tell: (DefinitionsReader.News) -> Void
  ) throws(WireRefusal) {
    let page: DefinitionsPage = try place.demand()
    var all = definitions.removeValue(forKey: key) ?? LocationDefinitions()
    all.assets += page.definitions.assets
    all.checks += page.definitions.checks
    all.resources += page.definitions.resources
    guard all.assets.count + all.checks.count <= DefinitionsReader.definitionsLimit else {
      throw WireRefusal(
        .tooMany,
        "defines more than \(DefinitionsReader.definitionsLimit) assets and checks"
      )
    }
    if outline.nextCursor == nil {
      tell(.loaded(.init(definitions: all, digest: outline.digest ?? "")))
    } else {
      definitions[key] = all
    }
  }
}

extension LocationMessage.ResultPlace {
  /// Reads an answer without which the location cannot serve.
  func demand<Value: JSONCodable>() throws(WireRefusal) -> Value {
    do throws(JSONError) {
      return try read()
    } catch {
      throw WireRefusal(error, in: line)
    }
  }
}
