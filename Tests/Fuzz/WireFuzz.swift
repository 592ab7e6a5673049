import HanseModel
import HanseWire

/// Reads any bytes as what a location sends, as a host would.
///
/// The first byte chooses how the rest is chunked. Whatever the bytes, and however they are cut, the
/// same lines come out; a line that is taken for a message can be read as each kind of answer
/// without a trap; what was understood is written and read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  let bytes = Array(input.dropFirst())
  let whole = Lines(bytes, chunk: bytes.count + 1)
  let cut = Lines(bytes, chunk: Int(input[0] % 17) + 1)
  precondition(whole == cut, "the chunks decide which lines there are")
  for line in whole.lines { takeLine(line) }
  return 0
}

/// What a framer makes of a stream.
struct Lines: Equatable {
  static let limitBytes = 4096

  var lines: [[UInt8]] = []
  var isTooLong = false

  init(_ bytes: [UInt8], chunk: Int) {
    var framer = LineFramer(limitBytes: Self.limitBytes)
    var offset = 0
    while offset < bytes.count, !isTooLong {
      framer.append(bytes[offset..<min(offset + chunk, bytes.count)])
      offset += chunk
      do throws(LineFramer.Failure) {
        while let line = try framer.next() { lines.append(line) }
      } catch {
        isTooLong = true
      }
      precondition(isTooLong || framer.pendingBytes <= Self.limitBytes, "an endless line is kept")
    }
  }
}

func takeLine(_ line: [UInt8]) {
  do throws(JSONError) {
    let message = try LocationMessage(line: line, depthLimit: 64)
    switch message.body {
    case .result(_, let place):
      readAgain(place, as: InitializeResult.self)
      readAgain(place, as: DefinitionsPage.self)
      readAgain(place, as: StepOutcome.self)
    case .stepEvent(let notice):
      let text = JSONWriter.encode(notice)
      precondition(rewritten(text, as: StepEventNotice.self) == text, "an event changed")
    case .log(let record):
      let text = JSONWriter.encode(record)
      precondition(rewritten(text, as: LogRecord.self) == text, "a log record changed")
    case .malformed(_, let error): precondition(error.offset <= line.count, "\(error)")
    case .error, .unknown: break
    }
  } catch {
    precondition(error.offset >= 0 && error.offset <= line.count, "\(error)")
  }
}

func readAgain<Value: JSONCodable>(_ place: LocationMessage.ResultPlace, as type: Value.Type) {
  do throws(JSONError) {
    let text = JSONWriter.encode(try place.read(as: type))
    precondition(rewritten(text, as: type) == text, "\(type) changed")
  } catch {
    // It was not one of these.
  }
}

/// The text of the value that a text of ours is read as; nil when it is refused.
func rewritten<Value: JSONCodable>(_ text: [UInt8], as type: Value.Type) -> [UInt8]? {
  do throws(JSONError) {
    return JSONWriter.encode(try Value.decode(text))
  } catch {
    return nil
  }
}
