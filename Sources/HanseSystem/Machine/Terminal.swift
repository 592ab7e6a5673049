import CPosix
import Glibc

/// What lies behind a descriptor when a person watches.
package enum Terminal {
  package static func isTerminal(_ descriptor: Descriptor) -> Bool {
    isatty(descriptor.number) == 1
  }

  /// The width in characters, or nil where there is no terminal or it does not say.
  package static func columns(_ descriptor: Descriptor) -> Int? {
    let columns = cposix_terminal_columns(descriptor.number)
    return columns > 0 ? Int(columns) : nil
  }

  /// The height in lines, or nil where there is no terminal or it does not say.
  package static func rows(_ descriptor: Descriptor) -> Int? {
    let rows = cposix_terminal_rows(descriptor.number)
    return rows > 0 ? Int(rows) : nil
  }
}
