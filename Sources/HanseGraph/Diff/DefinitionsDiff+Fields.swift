import HanseModel

extension DefinitionsDiff.FieldChange {
  /// What differs between two lists of fields that have the same names in the same order.
  static func all(_ old: [Field], _ new: [Field]) -> [Self] {
    zip(old, new).compactMap { old, new in
      old.value == new.value ? nil : Self(field: old.name, old: old.value, new: new.value)
    }
  }

  /// Whether the change says that other values come out, rather than how the asset is shown or run.
  var isLogic: Bool {
    ["dependencies", "codeVersion", "valueType", "operation"].contains(field)
  }

  /// One part of a definition; nil for what is not said.
  struct Field {
    var name: String
    var value: JSONValue?

    init(_ name: String, _ value: JSONValue?) {
      self.name = name
      self.value = value
    }

    init(_ name: String, _ text: String?) { self.init(name, text.map(JSONValue.string)) }

    init(_ name: String, _ texts: [String]) {
      self.init(name, texts.isEmpty ? nil : .array(texts.map(JSONValue.string)))
    }

    init(_ name: String, _ values: [String: JSONValue]) {
      let members = values.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
      self.init(name, members.isEmpty ? nil : .object(members))
    }

    /// - Parameters:
    ///   - name: The field.
    ///   - value: Written as in the protocol.
    init(_ name: String, written value: (some JSONCodable)?) {
      guard let value else {
        self.init(name, JSONValue?.none)
        return
      }
      let text = JSONWriter.text(value)
      do throws(JSONError) {
        self.init(name, try JSONValue(parsing: text))
      } catch {
        preconditionFailure("our own JSON cannot be read: \(error)")
      }
    }
  }
}

extension AssetDefinition {
  /// All that is compared, in a fixed order: everything but the key and the place in the source.
  ///
  /// The order of dependencies, owners and kinds carries no meaning.
  var comparable: [DefinitionsDiff.FieldChange.Field] {
    typealias Field = DefinitionsDiff.FieldChange.Field
    let upstreams = dependencies.map { dependency in
      dependency.kind == .data ? dependency.key.path : "\(dependency.key) (ordering)"
    }
    return [
      Field("dependencies", Set(upstreams).sorted()),
      Field("codeVersion", codeVersion),
      Field("operation", operation),
      Field("valueType", valueType),
      Field("configSchema", configSchema),
      Field("retry", written: retry),
      Field("timeoutMilliseconds", timeoutMilliseconds.map(JSONValue.integer)),
      Field("pools", pools.mapValues { JSONValue.integer(Int64($0)) }),
      Field("onLimit", onLimit?.rawValue),
      Field("group", group),
      Field("owners", owners.sorted()),
      Field("kinds", kinds.sorted()),
      Field("tags", tags.mapValues(JSONValue.string)),
      Field("metadata", metadata.mapValues { Field("", written: $0).value ?? .null }),
      Field("description", description),
    ]
  }
}

extension CheckDefinition {
  /// All that is compared, in a fixed order: everything but the names and the place in the source.
  var comparable: [DefinitionsDiff.FieldChange.Field] {
    typealias Field = DefinitionsDiff.FieldChange.Field
    return [
      Field("severity", severity.rawValue),
      Field("blocking", JSONValue.bool(blocking)),
      Field("retry", written: retry),
      Field("timeoutMilliseconds", timeoutMilliseconds.map(JSONValue.integer)),
      Field("description", description),
    ]
  }
}
