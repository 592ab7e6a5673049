import HanseSystem

/// The words of `hanse init`.
enum InitMessages {
  static func isFile(_ path: String) -> String { "\(path) is a file; name a directory" }

  static func isNotEmpty(_ path: String) -> String {
    "\(path) is not empty; name a directory that is, or one that is not there yet"
  }

  static func isNoCheckout(_ path: String) -> String {
    "\(path) is no checkout of Hanse: it has no Package.swift with Sources/Hanse beside it"
  }

  static let noCheckout =
    "the checkout of Hanse that this program was built in is not there any more; "
    + "name one with --hanse PATH"

  static func cannotWrite(_ path: String, _ error: SystemError) -> String {
    "\(path) cannot be written: \(error.reason) (\(error.symbol)); name another directory"
  }

  static func cannotLook(_ path: String, _ error: SystemError) -> String {
    "\(path) cannot be looked at: \(error.reason) (\(error.symbol)); name another directory"
  }

  static func wrote(_ path: String) -> String { "wrote \(path)" }

  static func nextSteps(in directory: String) -> [String] {
    [
      "",
      "Next:",
      "  cd \(directory)",
      "  swift build --package-path locations/shop",
      "  hanse materialize '*'",
    ]
  }
}
