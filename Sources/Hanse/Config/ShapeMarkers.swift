import FoundationEssentials
import HanseModel

/// Types whose form is known without watching them decode.
protocol ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape
}

extension Bool: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .boolean }
}

extension String: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .string(format: nil) }
}

extension Double: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .number }
}

extension Float: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .number }
}

extension Date: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape {
    .string(format: "date-time")
  }
}

extension URL: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .string(format: "uri") }
}

extension UUID: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .string(format: "uuid") }
}

extension Data: ShapedConfig {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape { .string(format: "byte") }
}

extension FixedWidthInteger {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape {
    .integer(Int64(clamping: Self.min)...Int64(clamping: Self.max))
  }
}

extension Int: ShapedConfig {}
extension Int8: ShapedConfig {}
extension Int16: ShapedConfig {}
extension Int32: ShapedConfig {}
extension Int64: ShapedConfig {}
extension UInt: ShapedConfig {}
extension UInt8: ShapedConfig {}
extension UInt16: ShapedConfig {}
extension UInt32: ShapedConfig {}
extension UInt64: ShapedConfig {}

extension Optional: ShapedConfig where Wrapped: Decodable {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape {
    let standard = standard == .null ? nil : standard
    return .optional(ShapeRecorder.shape(of: Wrapped.self, standard: standard, depth: depth + 1))
  }
}

extension Array: ShapedConfig where Element: Decodable {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape {
    .array(ShapeRecorder.shape(of: Element.self, standard: nil, depth: depth + 1))
  }
}

extension Set: ShapedConfig where Element: Decodable {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape {
    .array(ShapeRecorder.shape(of: Element.self, standard: nil, depth: depth + 1))
  }
}

extension Dictionary: ShapedConfig where Key: Decodable, Value: Decodable {
  static func shape(standard: JSONValue?, depth: Int) -> ConfigShape {
    guard Key.self == String.self else { return .anything }
    return .dictionary(ShapeRecorder.shape(of: Value.self, standard: nil, depth: depth + 1))
  }
}
