package import HanseModel

extension DefinitionsDiff {
  /// What the changed values may take together; those behind are left out, and that is told.
  package static let valueBytes = 4 << 20

  /// Writes the document of the API and of `--json`; every member is there, even when it is empty.
  package func write(to json: inout JSONWriter) {
    var room = Self.valueBytes
    json.beginObject()
    json.member("location", location)
    json.member("isEmpty", isEmpty)
    json.name("assets")
    json.beginObject()
    json.member("added", addedAssets, evenIfEmpty: true)
    json.member("removed", removedAssets, evenIfEmpty: true)
    json.name("changed")
    json.beginArray()
    for change in changedAssets {
      Self.write("key", change.key.path, change.fields, to: &json, &room)
    }
    json.endArray()
    json.endObject()
    json.name("checks")
    json.beginObject()
    json.member("added", addedChecks, evenIfEmpty: true)
    json.member("removed", removedChecks, evenIfEmpty: true)
    json.name("changed")
    json.beginArray()
    for change in changedChecks {
      Self.write("check", change.check.text, change.fields, to: &json, &room)
    }
    json.endArray()
    json.endObject()
    writeAffected(to: &json)
    json.member("newDiagnostics", newDiagnostics, evenIfEmpty: true)
    json.member("resolvedDiagnostics", resolvedDiagnostics, evenIfEmpty: true)
    json.endObject()
  }

  /// The compact text of the document.
  package var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }

  private func writeAffected(to json: inout JSONWriter) {
    json.name("affected")
    json.beginArray()
    for asset in affected {
      json.beginObject()
      json.member("key", asset.key)
      json.member("location", asset.location)
      json.member("effect", asset.effect.rawValue)
      json.member("cause", asset.cause)
      json.endObject()
    }
    json.endArray()
  }

  private static func write(
    _ name: String,
    _ value: String,
    _ fields: [FieldChange],
    to json: inout JSONWriter,
    _ room: inout Int
  ) {
    json.beginObject()
    json.member(name, value)
    json.name("fields")
    json.beginArray()
    for change in fields {
      json.beginObject()
      json.member("field", change.field)
      let mark = json.mark
      json.member("old", change.old)
      json.member("new", change.new)
      let bytes = json.value(since: mark).count
      if bytes <= room {
        room -= bytes
      } else {
        json.goBack(to: mark)
        json.member("isAbridged", true)
      }
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }
}
