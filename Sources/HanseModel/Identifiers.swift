/// Names a code location, as workspace.json does.
public struct LocationName: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  public let text: String
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// Names a run: twelve characters of `0-9 a-z` without `i l o u`, drawn at random.
///
/// People may type any beginning of it that no other run shares.
public struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  public let text: String
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

  /// Makes an id from 60 of the bits of a random number.
  package init(random bits: UInt64) {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    var rest = bits
    var characters: [UInt8] = []
    for _ in 0..<12 {
      characters.append(alphabet[Int(rest & 31)])
      rest >>= 5
    }
    self.init(String(decoding: characters, as: UTF8.self))
  }
}

/// Names one step of a run: an asset's key, `operation@location` for a multi-asset, or
/// `asset:check` for an asset check.
public struct StepKey: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  public let text: String
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// Names one partition of an asset, such as `2010-07-04`.
public struct PartitionKey: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringInterpolation
{
  public let text: String
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

  /// So that a value's file can be named after it.
  private static let limitBytes = 200

  /// What is wrong with the key, or nil for a good one.
  ///
  /// It has 1 to 200 bytes of UTF-8 and no character that a terminal would obey.
  public var problem: String? {
    if text.isEmpty { return "it is empty" }
    if text.utf8.count > Self.limitBytes {
      return "it has \(text.utf8.count) bytes, more than \(Self.limitBytes)"
    }
    for scalar in text.unicodeScalars {
      if scalar == "\u{FFFD}" { return "it has U+FFFD, which stands for bytes that are not UTF-8" }
      if scalar.isHidden { return "it has the control character U+\(scalar.fourDigits)" }
    }
    return nil
  }
}

/// Counts the processes a location has had, over restarts of the host too.
///
/// News of an older generation says nothing about the present one.
public struct Generation: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var number: Int
  /// Tells the workers of isolated runs apart, which have the number of the process whose definitions
  /// they run by; 0 for that process itself.
  ///
  /// Known to one host only: neither the protocol nor the event log has it, where the run says which.
  package var worker = 0

  public init(_ number: Int = 0) { self.number = number }

  package init(_ number: Int, worker: Int) {
    self.number = number
    self.worker = worker
  }

  /// Whether it is a worker of an isolated run.
  package var isWorker: Bool { worker != 0 }
  public var next: Generation { Generation(number + 1) }
  public var description: String {
    isWorker ? "generation \(number), worker \(worker)" : "generation \(number)"
  }
  public static func < (left: Self, right: Self) -> Bool {
    (left.number, left.worker) < (right.number, right.worker)
  }
}

/// Counts the starts of the host on one state directory.
public struct HostEpoch: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var number: Int
  public init(_ number: Int) { self.number = number }
  public var description: String { "epoch \(number)" }
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// One try at one step of one run: what every message and every write about it names.
public struct AttemptID: Hashable, Sendable, CustomStringConvertible {
  public var run: RunID
  public var step: StepKey
  /// Counts from 1.
  public var attempt: Int
  public var epoch: HostEpoch

  public init(run: RunID, step: StepKey, attempt: Int, epoch: HostEpoch) {
    self.run = run
    self.step = step
    self.attempt = attempt
    self.epoch = epoch
  }

  public var description: String { "run \(run), step \(step), attempt \(attempt)" }
}

extension LocationName: JSONStringCodable {
  package var jsonString: String { text }
  package init(jsonString: String) { self.init(jsonString) }
}

extension RunID: JSONStringCodable {
  package var jsonString: String { text }
  package init(jsonString: String) { self.init(jsonString) }
}

extension StepKey: JSONStringCodable {
  package var jsonString: String { text }
  package init(jsonString: String) { self.init(jsonString) }
}

extension PartitionKey: JSONStringCodable {
  package var jsonString: String { text }
  package init(jsonString: String) { self.init(jsonString) }
}

extension Generation: JSONCodable {
  package func write(to json: inout JSONWriter) { json.integer(number) }
  package init(from json: inout JSONReader) throws(JSONError) { self.init(try json.int()) }
}

extension HostEpoch: JSONCodable {
  package func write(to json: inout JSONWriter) { json.integer(number) }
  package init(from json: inout JSONReader) throws(JSONError) { self.init(try json.int()) }
}
