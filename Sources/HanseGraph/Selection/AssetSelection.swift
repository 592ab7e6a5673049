/// Which assets somebody means: the one grammar of every list, filter and call.
///
/// ```
/// selection  = conjunction { "or" conjunction }
/// conjunction = negation { "and" negation }
/// negation   = "not" negation | traversal
/// traversal  = [ [ levels ] "+" ] primary [ "+" [ levels ] ]
/// primary    = "(" selection ")" | key | "key:" key | "tag:" value [ "=" value ]
///            | ( "group:" | "kind:" | "owner:" | "location:" ) value
/// ```
///
/// - A key or value is a bare word or is quoted with `"`; in quotes a backslash makes the next
///   character ordinary. Values hold anything but white space, parentheses, quotes, commas and `+`
///   when bare.
/// - `*` stands for any run of characters, `/` included, in every key and value; alone it is every
///   asset, the external ones included. `\*` in quotes is only a star.
/// - `+x` adds all that is upstream of x, `x+` all that is downstream, `2+x+1` two levels up and one
///   down. The sign stands right beside what it belongs to.
/// - A key without a star must exist; a pattern or an attribute may match nothing.
/// - An empty value, as in `owner:""`, is for assets that have none. `tag:k` is any value of the
///   tag, `location:""` the external assets.
/// - Words are case-sensitive. An asset named like a keyword or a number is written in quotes.
package struct AssetSelection: Hashable, Sendable, CustomStringConvertible {
  /// The selection as it was written.
  package let text: String
  package let expression: SelectionExpression

  /// The longest selection that is read.
  package static let limitBytes = 64 * 1024
  /// How deep parentheses and `not` may be nested.
  package static let nestingLimit = 64
  /// How many terms may need a look at every asset: patterns, attributes and traversals.
  ///
  /// Plain keys do not count. Without a limit one selection could keep the host busy for minutes.
  package static let scanLimit = 500

  /// Makes a selection of its meaning; its text is the canonical one.
  package init(_ expression: SelectionExpression) {
    self.expression = expression
    text = expression.canonicalText
  }

  private init(text: String, expression: SelectionExpression) {
    self.text = text
    self.expression = expression
  }

  /// Reads a selection.
  ///
  /// - Parameter text: The selection as somebody wrote it.
  /// - Returns: The selection.
  /// - Throws: What is wrong and at which character.
  package static func parse(_ text: String) throws(SelectionError) -> AssetSelection {
    guard text.utf8.count <= limitBytes else {
      throw SelectionError(
        "the selection is longer than \(limitBytes / 1024) KiB",
        offset: 0,
        text: text
      )
    }
    var parser = SelectionParser(text)
    return AssetSelection(text: text, expression: try parser.parse())
  }

  /// The canonical text: equal for selections that are written differently but mean the same terms
  /// in the same order; reading it gives the same expression again.
  package var description: String { expression.canonicalText }

  /// The selected assets.
  ///
  /// - Parameter graph: The graph to select from.
  /// - Returns: The indices, sorted.
  /// - Throws: When a key without a star names no asset.
  package func resolve(in graph: AssetGraph) throws(SelectionError) -> [Int] {
    let resolver = SelectionResolver(graph: graph, text: text)
    let isIn = try resolver.resolve(expression)
    return isIn.indices.filter { isIn[$0] }
  }

  /// Whether the selection holds one asset; for more than one, resolving once is cheaper.
  package func matches(_ index: Int, in graph: AssetGraph) throws(SelectionError) -> Bool {
    try SelectionResolver(graph: graph, text: text).resolve(expression)[index]
  }
}
