import FoundationEssentials
import HanseModel

/// What is known of a configuration type from its defaults and from how it decodes itself.
struct ConfigSchema: Sendable {
  let shape: ConfigShape

  init(of type: any RunConfig.Type) {
    shape = ShapeRecorder.shape(of: type, standard: ConfigSchema.defaults(of: type))
  }

  /// The JSON Schema that is served with the definitions.
  var json: JSONValue { shape.schema }

  /// The defaults as JSON; nil for a type that does not encode.
  static func defaults(of type: any RunConfig.Type) -> JSONValue? {
    do {
      return try JSONValue.decode(ValueCodec.encodeJSON(type.init()))
    } catch {
      return nil
    }
  }
}
