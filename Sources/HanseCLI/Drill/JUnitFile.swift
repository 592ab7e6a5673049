import HanseSystem

/// A report for a CI that reads JUnit's.
enum JUnitFile {
  static func write(_ text: String, to path: String) throws(CommandError) {
    do throws(SystemError) {
      try Files.writeAtomically(path, Array(text.utf8), durably: false)
    } catch {
      throw CommandError(.failed, Messages.cannotWriteReport(path, error))
    }
  }
}
