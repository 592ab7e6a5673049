/// What a fault must lead to, in a form that a program can check.
package struct Consequence: Hashable, Sendable {
  /// What becomes of the location at fault.
  package enum Location: Hashable, Sendable {
    /// The same process goes on.
    case goesOn
    /// Its process ends, or is ended, and another one serves; the reason holds the text.
    case restarts(says: String)
    /// It cannot be started, and the host says why and tries again later.
    case fails(says: String)
  }

  /// What becomes of the attempt that was in flight; `succeeds` also where none was.
  package enum Step: Hashable, Sendable {
    case succeeds
    /// The first attempt fails with the code, and the next one succeeds.
    case retried(code: String, says: String)
    /// It fails for good with the code.
    case fails(code: String, says: String)
  }

  package var location: Location
  package var step: Step
  /// A kind of event of the location that must stand in the log.
  package var event: String?
  /// The stable code of a diagnostic that must be shown.
  package var diagnostic: String?
  /// The stable code that the end of the process must have in the log.
  package var code: String?
  /// As what the location's messages must be counted that mean nothing.
  package var ignored: String?

  package init(
    _ location: Location,
    step: Step = .succeeds,
    event: String? = nil,
    diagnostic: String? = nil,
    code: String? = nil,
    ignored: String? = nil
  ) {
    self.location = location
    self.step = step
    self.event = event
    self.diagnostic = diagnostic
    self.code = code
    self.ignored = ignored
  }

  /// Nobody feels anything, the location itself included.
  package static let none = Consequence(.goesOn)

  /// What was said means nothing; it is counted, and nobody feels anything.
  package static func ignored(_ kind: String) -> Consequence {
    Consequence(.goesOn, ignored: kind)
  }

  /// The process is replaced, and its attempt in flight was lost and tried again.
  package static func loses(_ reason: String, _ code: String) -> Consequence {
    Consequence(
      .restarts(says: reason),
      step: .retried(code: "lost", says: reason),
      code: code
    )
  }

  /// The process is replaced; no attempt was in flight.
  package static func restarts(_ reason: String, _ code: String) -> Consequence {
    Consequence(.restarts(says: reason), code: code)
  }

  /// What is promised beside the words of the catalogue, in short: for lists and tables.
  package var marks: [String] {
    [code, ignored.map { "counted: \($0)" }, event, diagnostic].compactMap(\.self)
  }
}
