import HanseModel
import HanseSystem

/// Standard output takes no more: nobody reads it, as after `hanse events | head`, or it is full.
struct OutputClosed: Error, Hashable, Sendable {
  var cause: SystemError

  /// A reader that has seen enough is no failure.
  var status: CommandStatus { cause.isBrokenPipe ? .good : .failed }
}

/// Where a command writes: results to standard output, notes and warnings to standard error.
final class Console: Sendable {
  let output: Descriptor
  let errors: Descriptor
  let isOutputTerminal: Bool
  let isErrorsTerminal: Bool
  /// For what goes to standard output.
  let paint: Paint
  let errorPaint: Paint
  let isQuiet: Bool
  let isJSON: Bool

  init(
    output: Descriptor = StandardStreams.standardOutput,
    errors: Descriptor = StandardStreams.standardError,
    color: String? = nil,
    isQuiet: Bool = false,
    isJSON: Bool = false,
    environment: [String: String]
  ) {
    self.output = output
    self.errors = errors
    isOutputTerminal = Terminal.isTerminal(output)
    isErrorsTerminal = Terminal.isTerminal(errors)
    paint = Paint(choice: color, isTerminal: isOutputTerminal, environment: environment)
    errorPaint = Paint(choice: color, isTerminal: isErrorsTerminal, environment: environment)
    self.isQuiet = isQuiet
    self.isJSON = isJSON
  }

  /// The width that tables must fit in; nil when no terminal asks for one.
  var width: Int? { isOutputTerminal ? Terminal.columns(output) : nil }

  // MARK: Results

  /// Writes bytes as they are: a document that holds no raw control characters.
  func write(_ bytes: [UInt8]) throws(OutputClosed) {
    do throws(SystemError) {
      try output.writeAll(bytes)
    } catch {
      throw OutputClosed(cause: error)
    }
  }

  func line(_ text: String) throws(OutputClosed) {
    try write(Array("\(TerminalText.rendered(text))\n".utf8))
  }

  func lines(_ lines: [String]) throws(OutputClosed) {
    guard !lines.isEmpty else { return }
    try line(lines.joined(separator: "\n"))
  }

  /// Prints one JSON document.
  func document(_ value: some JSONCodable) throws(OutputClosed) {
    try write(JSONWriter.encode(value) + [UInt8(ascii: "\n")])
  }

  func table(_ table: Table) throws(OutputClosed) {
    try lines(table.lines(width: width, paint: paint))
  }

  // MARK: Notes

  /// Says something that is not the result; left out with `--quiet`.
  func note(_ text: String) {
    if !isQuiet { say(errorPaint(text, .faint)) }
  }

  func warn(_ text: String) {
    say("\(errorPaint(Messages.warningLabel, .caution)) \(text.visible)")
  }

  func fail(_ text: String) { say("\(errorPaint(Messages.errorLabel, .bad)) \(text.visible)") }

  private func say(_ text: String) {
    do throws(SystemError) {
      try errors.writeAll(Array("\(TerminalText.rendered(text))\n".utf8))
    } catch {
      // Nobody listens: there is nowhere left to say so.
    }
  }
}
