import Foundation
import HanseModel

/// What Foundation makes of the same bytes.
enum Foundational {
  static func accepts(_ bytes: [UInt8]) -> Bool { object(bytes) != nil }

  /// Whether both readers find the same values in the bytes.
  static func agrees(_ bytes: [UInt8]) -> Bool {
    // The caller looks only at whether they agree.
    guard let object = object(bytes), let value = try? JSONValue.decode(bytes) else { return false }
    return same(value, object)
  }

  private static func object(_ bytes: [UInt8]) -> Any? {
    // A refusal is the answer.
    try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
  }

  /// Foundation reads a number of seventeen digits through a decimal and misses the last bits.
  private static func nearlyEqual(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= abs(left) * 1e-15
  }

  private static func same(_ value: JSONValue, _ object: Any) -> Bool {
    switch (value, object) {
    case (.null, is NSNull): true
    case (.bool(let left), let right as Bool): left == right
    case (.string(let left), let right as String): Array(left.utf8) == Array(right.utf8)
    case (.integer, let right as NSNumber), (.number, let right as NSNumber):
      value.doubleValue.map { nearlyEqual($0, right.doubleValue) } ?? false
    case (.array(let left), let right as [Any]):
      left.count == right.count && zip(left, right).allSatisfy { same($0, $1) }
    case (.object(let left), let right as [String: Any]):
      left.allSatisfy { member in right[member.name].map { same(member.value, $0) } ?? false }
    default: false
    }
  }
}
