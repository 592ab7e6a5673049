import HanseGraph

/// Reads any text as a selection.
///
/// It is refused with a place inside the text, or its canonical text means the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
  let text = unsafe String(decoding: bytes, as: UTF8.self)
  do throws(SelectionError) {
    let selection = try AssetSelection.parse(text)
    let again = try AssetSelection.parse("\(selection)")
    precondition("\(again)" == "\(selection)", "the text of a selection changed")
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
