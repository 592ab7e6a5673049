import HanseModel

/// Reads any bytes as JSON.
///
/// Nothing traps, with or without validation before. What the validator lets pass is read, but for
/// numbers that no double holds, and what is written of it is read as the same value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  readUnvalidated(bytes)
  do throws(JSONError) {
    try JSONValidator.validate(bytes, depthLimit: 64)
  } catch {
    precondition(error.offset >= 0 && error.offset <= bytes.count, "\(error)")
    return 0
  }
  do throws(JSONError) {
    let value = try JSONValue.decode(bytes)
    let text = JSONWriter.encode(value)
    try JSONValidator.validate(text, depthLimit: 64)
    let again = try JSONValue.decode(text)
    precondition(again == value, "a value changed")
  } catch {
    precondition(error.code == .outOfRange, "valid, and not read: \(error)")
  }
  return 0
}

func readUnvalidated(_ bytes: [UInt8]) {
  do throws(JSONError) {
    var reader = JSONReader(bytes)
    _ = try AssetDefinition(from: &reader)
  } catch {
    precondition(error.offset >= 0, "\(error)")
  }
  do throws(JSONError) {
    var reader = JSONReader(bytes)
    _ = try Event(from: &reader)
  } catch {
    precondition(error.offset >= 0, "\(error)")
  }
}
