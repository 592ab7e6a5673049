/// The checks of the suite, in the order in which they are made.
package enum ConformanceCheck: String, CaseIterable, Sendable {
  case handshake
  case versions
  case unknownMembers = "unknown-members"
  case unknownMethod = "unknown-method"
  case unknownNotification = "unknown-notification"
  case badLine = "bad-line"
  case blankLines = "blank-lines"
  case order
  case definitions
  case paging
  case badParameters = "bad-parameters"
  case ping
  case step
  case busyPing = "busy-ping"
  case cancel
  case unknownStep = "unknown-step"
  case cancelNothing = "cancel-nothing"
  case bigLine = "big-line"
  case lines
  case shutdown
  case hangUp = "hang-up"

  /// What the protocol's text says, and where.
  package var demand: (text: String, section: String) {
    switch self {
    case .handshake:
      (
        "`initialize` is answered within 10 seconds with a version that was offered.",
        "TheProtocol#Life-cycle"
      )
    case .versions:
      (
        "It answers with the first of the offered versions that it speaks, or the error -32000.",
        "TheProtocol#Versions-and-what-is-not-known"
      )
    case .unknownMembers:
      ("Members that are not known are ignored, at every level.", Self.versionsSection)
    case .unknownMethod:
      ("A request whose method is not known gets the error -32601.", Self.versionsSection)
    case .unknownNotification:
      ("A notification whose method is not known is ignored.", Self.versionsSection)
    case .badLine:
      (
        "A line that is not JSON gets the error -32700 with a null id; the location goes on.",
        "TheProtocol#Errors"
      )
    case .blankLines:
      ("Lines of nothing but white space mean nothing.", "TheProtocol#Transport")
    case .order:
      (
        "What comes at the wrong time, such as `definitions` before `initialize`, gets the error "
          + "-32600.",
        "TheProtocol#Errors"
      )
    case .definitions:
      (
        "Pages come until one has no `nextCursor`, within 30 seconds, with good keys.",
        "TheMessages#definitions"
      )
    case .paging:
      (
        "No line is longer than `lineBytes`: with a small one there are more pages, and the same "
          + "definitions.",
        "TheProtocol#Limits-and-back-pressure"
      )
    case .badParameters:
      ("A parameter that is missing or wrong gets the error -32602.", "TheProtocol#Errors")
    case .ping: ("`ping` is answered with `stepsInFlight`.", "TheMessages#ping")
    case .step:
      (
        "A step is answered; on success each asset has had one `materialized` event before that.",
        "TheProtocol#Steps"
      )
    case .busyPing:
      (
        "`ping` is answered from a thread that the location's own code cannot block.",
        "TheProtocol#Life-cycle"
      )
    case .cancel:
      (
        "A step that is cancelled, by somebody or after its time limit, is answered soon and once.",
        "TheProtocol#Steps"
      )
    case .unknownStep:
      (
        "A step that it does not know fails with the code `protocol`, or gets an error.",
        "TheMessages#step-execute"
      )
    case .cancelNothing:
      ("A cancellation of an attempt that is not there means nothing.", "TheProtocol#Steps")
    case .bigLine:
      ("A long line of the host is read like any other.", "TheProtocol#Limits-and-back-pressure")
    case .lines:
      (
        "Nothing but messages reaches standard output, numbered by `seq` from 1 without a gap.",
        "TheProtocol#Envelope"
      )
    case .shutdown:
      (
        "`shutdown` is answered with an object; then it exits with status 0.",
        "TheMessages#shutdown"
      )
    case .hangUp:
      (
        "The end of standard input means that the host is gone: it exits within a few seconds.",
        "TheProtocol#Life-cycle"
      )
    }
  }

  private static let versionsSection = "TheProtocol#Versions-and-what-is-not-known"
}
