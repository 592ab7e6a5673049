package import HanseModel

/// Edits change the bytes of one value, and the comma and the line that belong to it; every other
/// byte stays: comments, white space, the order of members, the way lines end.
extension JSONCDocument {
  /// The value at `path`, or nil.
  package func node(at path: [JSONCStep]) -> JSONCNode? {
    var node = root
    for step in path {
      switch step {
      case .member(let name):
        guard let member = node.member(name) else { return nil }
        node = member.value
      case .element(let index):
        guard node.elements.indices.contains(index) else { return nil }
        node = node.elements[index].value
      }
    }
    return node
  }

  /// The document with another value at `path`.
  package func replacing(
    _ path: [JSONCStep],
    with value: JSONValue
  ) throws(JSONCEditError) -> JSONCDocument {
    let node = try existing(path)
    let text = formatter.text(value, indent: lineIndent(at: node.range.lowerBound))
    return try applying([TextChange(range: node.range, text: text)])
  }

  /// The document with one more member at the end of the object at `path`.
  package func inserting(
    _ name: String,
    _ value: JSONValue,
    at path: [JSONCStep]
  ) throws(JSONCEditError) -> JSONCDocument {
    let node = try existing(path)
    guard case .object(let members) = node.kind else {
      throw JSONCEditError("\(JSONCDocument.place(path)) is no object")
    }
    if node.member(name) != nil {
      throw JSONCEditError("\(JSONCDocument.place(path)) has a member \"\(name)\" already")
    }
    let items = members.map {
      JSONCItem(range: $0.nameRange.lowerBound..<$0.value.range.upperBound, comma: $0.commaOffset)
    }
    return try applying(
      insertion(into: node, items) { indent in
        JSONWriter.text(name) + ": " + formatter.text(value, indent: indent)
      }
    )
  }

  /// The document with one more element at the end of the array at `path`.
  package func appending(
    _ value: JSONValue,
    at path: [JSONCStep]
  ) throws(JSONCEditError) -> JSONCDocument {
    let node = try existing(path)
    guard case .array(let elements) = node.kind else {
      throw JSONCEditError("\(JSONCDocument.place(path)) is no array")
    }
    let items = elements.map { JSONCItem(range: $0.value.range, comma: $0.commaOffset) }
    return try applying(
      insertion(into: node, items) { formatter.text(value, indent: $0) }
    )
  }

  /// The document without the member or element at `path`, and without the comment after it on its
  /// line.
  package func removing(_ path: [JSONCStep]) throws(JSONCEditError) -> JSONCDocument {
    guard let last = path.last else { throw JSONCEditError("the whole file cannot be removed") }
    _ = try existing(path)
    let holder = try existing(Array(path.dropLast()))
    let items: [JSONCItem]
    let index: Int?
    switch last {
    case .member(let name):
      items = holder.members.map {
        JSONCItem(range: $0.nameRange.lowerBound..<$0.value.range.upperBound, comma: $0.commaOffset)
      }
      index = holder.members.firstIndex { $0.name == name }
    case .element(let element):
      items = holder.elements.map { JSONCItem(range: $0.value.range, comma: $0.commaOffset) }
      index = element
    }
    guard let index else { throw JSONCEditError("there is no \(last)") }
    return try applying(removal(of: index, from: items))
  }

  private func existing(_ path: [JSONCStep]) throws(JSONCEditError) -> JSONCNode {
    if let node = node(at: path) { return node }
    throw JSONCEditError("there is no \(JSONCDocument.place(path))")
  }

  private static func place(_ path: [JSONCStep]) -> String {
    path.isEmpty ? "the file's value" : path.reversed().map(\.description).joined(separator: " of ")
  }

  private func applying(_ changes: [TextChange]) throws(JSONCEditError) -> JSONCDocument {
    var result: [UInt8] = []
    var offset = 0
    for change in changes.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += bytes[offset..<change.range.lowerBound]
      result += Array(change.text.utf8)
      offset = change.range.upperBound
    }
    result += bytes[offset...]
    do {
      return try JSONCDocument(parsing: result)
    } catch {
      throw JSONCEditError("the file would no longer be readable: \(error)")
    }
  }
}
