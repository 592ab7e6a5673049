import HanseModel
import Testing

@Suite struct JSONFuzzTests {
  /// Texts that hold every construct, to be damaged.
  static let seeds: [[UInt8]] = [
    #"{"jsonrpc":"2.0","seq":3,"id":7,"result":{"assets":[{"key":"a/b","retry":{"maxRetries":3,"jitter":0.25}}]}}"#,
    #"[1,-2.5e-3,true,false,null,"é\u00e9\n\uD83D\uDE00",{"a":{"b":[[],{}]}}]"#,
    #"{"a":"x","b":[1,2,3],"c":{"d":{"e":-0,"f":123456789012345678}},"g":"😀 \"quoted\""}"#,
  ].map { Array($0.utf8) }

  @Test func `damaged messages are refused or mean the same to Foundation`() throws {
    var random = SeededRandom()
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = Self.damaged(&random)
      do throws(JSONError) {
        try JSONValidator.validate(bytes)
      } catch {
        continue
      }
      accepted += 1
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(Self.agrees(bytes), "seed \(random.seed): \(text)")
    }
    #expect(accepted > 500, "seed \(random.seed)")
  }

  @Test func `the reader survives any bytes, even unvalidated`() {
    var random = SeededRandom()
    for _ in 0..<20_000 {
      let bytes = Self.damaged(&random)
      var reader = JSONReader(bytes)
      do throws(JSONError) {
        switch Int.random(in: 0...4, using: &random) {
        case 0: _ = try JSONValue(from: &reader)
        case 1: try reader.skip()
        case 2: _ = try AssetDefinition(from: &reader)
        case 3: _ = try Event(from: &reader)
        default: try reader.object { _, json throws(JSONError) in _ = try json.double() }
        }
      } catch {
        #expect(error.offset >= 0, "seed \(random.seed)")
      }
    }
  }

  @Test func `what is written is read back equal`() throws {
    var random = SeededRandom()
    for _ in 0..<2000 {
      let value = JSONValue.random(depth: 4, using: &random)
      #expect(try JSONValue(parsing: value.text) == value, "seed \(random.seed)")
      #expect(Foundational.agrees(Array(value.text.utf8)), "seed \(random.seed): \(value.text)")
    }
  }

  /// Numbers beyond a double's range are JSON, but nobody can give their value.
  private static func agrees(_ bytes: [UInt8]) -> Bool {
    do throws(JSONError) {
      _ = try JSONValue.decode(bytes)
    } catch {
      return error.code == .outOfRange
    }
    return Foundational.agrees(bytes)
  }

  private static func damaged(_ random: inout SeededRandom) -> [UInt8] {
    var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
    let alphabet = Array(#"{}[]",:\ 0123456789eE+-.tfnul"#.utf8) + [0x80, 0xC3, 0xED, 0xF0, 0, 10]
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      switch Int.random(in: 0...4, using: &random) {
      case 0: bytes[place] = byte
      case 1: bytes.insert(byte, at: place)
      case 2: bytes.remove(at: place)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + 5))
      default: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
    }
    return bytes
  }
}

extension JSONValue {
  static func random(depth: Int, using random: inout SeededRandom) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2: .integer(.random(in: .min ... .max, using: &random))
    case 3: .integer(.random(in: -20...20, using: &random))
    case 4: .number(Double.random(in: -1e6...1e6, using: &random) + 0.5)
    case 5: .string(text(using: &random))
    case 6:
      .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          .random(depth: depth - 1, using: &random)
        }
      )
    default:
      .object(
        (0..<Int.random(in: 0...4, using: &random)).map { index in
          Member("\(index)" + text(using: &random), .random(depth: depth - 1, using: &random))
        }
      )
    }
  }

  private static func text(using random: inout SeededRandom) -> String {
    String(
      String.UnicodeScalarView(
        (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
          Unicode.Scalar(
            UInt32.random(in: 0...0x1FFFF, using: &random)
              >> UInt32.random(in: 0...16, using: &random)
          )
        }
      )
    )
  }
}
