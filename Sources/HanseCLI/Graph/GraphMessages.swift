/// The words about graphs.
enum GraphMessages {
  static let external = "external"
  static let circular = "in a circle, or behind one:"

  static let noGraphviz = """
    Graphviz's program `dot` is not in PATH, and it draws the picture
    install it (Debian and Ubuntu: apt-get install graphviz), or use --format dot
    """

  static func graphvizFailed(_ status: String) -> String {
    "Graphviz's `dot` failed with \(status); what it said stands above"
  }

  static func level(_ number: Int, count: Int) -> String {
    "level \(number) (\(Messages.count(count, "asset")))"
  }

  static func upstreams(_ names: [String], shown: Int) -> String {
    guard !names.isEmpty else { return "" }
    let more = names.count > shown ? ", and \(names.count - shown) more" : ""
    return "from \(names.prefix(shown).joined(separator: ", "))\(more)"
  }
}
