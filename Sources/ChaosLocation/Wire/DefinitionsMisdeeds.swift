import HanseFaults
import HanseSystem

/// What goes wrong in the answers to `definitions`.
struct DefinitionsMisdeeds {
  private static let pageAssets = 1000
  private let server: BareServer
  private var writer: WireWriter { server.writer }
  private var name: String { server.settings.name }

  init(_ server: BareServer) { self.server = server }

  func commit(_ fault: DefinitionsFault, _ id: Int64, cursor: String?) {
    switch fault {
    case .hangInDefinitions: break
    case .dieInDefinitions: SelfProcess.exitNow(6)
    case .refuseDefinitions: writer.refuse(id, code: -32001, "the catalogue is being moved")
    case .malformedDefinitions: writer.answer(id, "{\"assets\":[1,2,3]}")
    case .endlessPages:
      // An asset now and then would come to the limit of definitions before the time's.
      writer.answer(id, "{\"assets\":[],\"nextCursor\":\"again\"}")
    case .manyDefinitions: many(id, cursor, total: 20_000, perPage: Self.pageAssets)
    case .tooManyDefinitions: many(id, cursor, total: 1_000_001, perPage: 50_000)
    default: page(id, extra(fault))
    }
  }

  private func many(_ id: Int64, _ cursor: String?, total: Int, perPage: Int) {
    let first = cursor.flatMap { Int($0) } ?? 0
    let end = min(first + perPage, total)
    let keys = (first..<end).map { "{\"key\":\"\(name)/n\($0)\"}" }.joined(separator: ",")
    if end < total {
      writer.answer(id, "{\"assets\":[\(keys)],\"nextCursor\":\"\(end)\"}")
    } else {
      page(id, "\"assets\":[\(server.assets),\(keys)]")
    }
  }

  private func page(_ id: Int64, _ members: String) {
    writer.answer(id, "{\(members),\"digest\":\"chaos\"}")
  }

  /// The members of a page with the three assets and something that is wrong.
  private func extra(_ fault: DefinitionsFault) -> String {
    let more: String
    switch fault {
    case .duplicateKeys: more = asset("steady")
    case .stolenKey: more = "{\"key\":\"\(server.settings.victim)\"}"
    case .cycle: more = asset("hen", behind: "egg") + "," + asset("egg", behind: "hen")
    case .selfDependency: more = asset("ouroboros", behind: "ouroboros")
    case .danglingDependency: more = asset("waiting", behind: "godot")
    case .badKeys:
      let keys = [
        #"\u0000zero"#, #"\u001b[2J"#, "../../../etc/passwd", #"new\nline"#, "white space",
        String(repeating: "long", count: 1024), "", "/", "\u{202E}drawkcab",
      ]
      more = keys.map { "{\"key\":\"\($0)\"}" }.joined(separator: ",")
    case .orphanCheck:
      return "\"assets\":[\(server.assets)],"
        + "\"checks\":[{\"name\":\"spying\",\"asset\":\"\(server.settings.victim)\"}]"
    case .markup:
      let odd = #"<img src=x onerror=alert(1)>\u001b[2J\u202e[x](javascript:alert(1))"#
      more =
        "{\"key\":\"\(name)/markup\",\"description\":\"\(odd)\",\"group\":\"\(odd)\","
        + "\"owners\":[\"\(odd)\"],\"tags\":{\"\(odd)\":\"\(odd)\"}}"
    default:
      let text = String(repeating: "x", count: 4 << 20)
      more =
        "{\"key\":\"\(name)/huge\",\"metadata\":"
        + "{\"text\":{\"type\":\"text\",\"value\":\"\(text)\"}}}"
    }
    return "\"assets\":[\(server.assets),\(more)]"
  }

  private func asset(_ last: String, behind upstream: String? = nil) -> String {
    let dependencies = upstream.map { ",\"dependencies\":[\"\(name)/\($0)\"]" } ?? ""
    return "{\"key\":\"\(name)/\(last)\"\(dependencies)}"
  }
}
