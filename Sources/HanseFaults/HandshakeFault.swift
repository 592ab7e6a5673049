/// Faults in the answer to `initialize`.
package enum HandshakeFault: String, Hashable, Sendable, CaseIterable {
  case hangInHandshake = "hang-in-handshake"
  case dieInHandshake = "die-in-handshake"
  case wrongVersion = "wrong-version"
  case refuseHandshake = "refuse-handshake"
  case halfHandshake = "half-handshake"
  case emptyHandshake = "empty-handshake"
  case handshakeTwice = "handshake-twice"
  case unaskedHandshake = "unasked-handshake"
  case firstLineNotOne = "first-line-not-one"
  case dribble = "dribble"
  case carriageReturns = "carriage-returns"
  case byteOrderMark = "byte-order-mark"
  case futureMembers = "future-members"

  var entry: FaultEntry {
    switch self {
    case .hangInHandshake:
      FaultEntry(
        "H01",
        "it reads `initialize` and never answers it",
        must: "it is killed after the handshake's time limit, and restarted",
        not: "the host asks again",
        .restarts("no answer to the handshake", "LOC-HANDSHAKE-TIMEOUT")
      )
    case .dieInHandshake:
      FaultEntry(
        "C06",
        "it exits with status 5 when it has read `initialize`",
        must: "the location fails with the status, and is restarted",
        not: "the host waits for the handshake's time limit",
        .restarts("exit status 5", "LOC-EXIT-EARLY")
      )
    case .wrongVersion:
      FaultEntry(
        "P15",
        "it chooses protocol version 99, which was not offered",
        must: "the version is named as one that the host does not speak",
        not: "the host goes on and hopes",
        .restarts("protocol version 99", "WIRE-VERSION")
      )
    case .refuseHandshake:
      FaultEntry(
        "P15",
        "it answers `initialize` with the error -32000",
        must: "its message and the code are the location's reason",
        not: "the host waits for another answer",
        .restarts("refused the handshake", "WIRE-REFUSED")
      )
    case .halfHandshake:
      FaultEntry(
        "P22",
        "it writes half of its answer and exits",
        must: "the half is thrown away with the process; the next one starts afresh",
        not: "the half is joined with what the next process says",
        .restarts("exit status 0", "LOC-EXIT-EARLY")
      )
    case .emptyHandshake:
      FaultEntry(
        "P16",
        "its answer has none of the members that are required",
        must: "the missing member is named",
        not: "a default is made up",
        .restarts("not of the protocol", "WIRE-MESSAGE")
      )
    case .handshakeTwice:
      FaultEntry(
        "P34",
        "it answers `initialize` twice",
        must: "the second answer is ignored and counted",
        not: "the handshake begins anew",
        .ignored("unaskedAnswers")
      )
    case .unaskedHandshake:
      FaultEntry(
        "P13",
        "it answers a request that nobody has made before it answers `initialize`",
        must: "the answer is ignored and counted",
        not: "it is taken for the handshake",
        .ignored("unaskedAnswers")
      )
    case .firstLineNotOne:
      FaultEntry(
        "P33",
        "its first line has the sequence number 7, as if of another process",
        must: "the line is refused and the location restarted",
        not: "the host counts from there",
        .restarts("sequence number 7 after 0", "WIRE-SEQ")
      )
    case .dribble:
      FaultEntry(
        "P23",
        "it writes its answer one byte at a time",
        must: "it serves like any other",
        not: "each byte costs the host a line's work",
        .none
      )
    case .carriageReturns:
      FaultEntry(
        "P10",
        "its lines end with carriage return and newline",
        must: "it serves like any other",
        not: "the carriage return is part of the text",
        .none
      )
    case .byteOrderMark:
      FaultEntry(
        "P11",
        "its first line begins with a byte order mark",
        must: "the line is refused with its first bytes shown",
        not: "the mark is skipped",
        .restarts("not of the protocol", "WIRE-JSON")
      )
    case .futureMembers:
      FaultEntry(
        "P16",
        "its messages have members, notifications and events of a later version",
        must: "what is not known is ignored and counted",
        not: "it is refused for what it can do more",
        .ignored("unknownMethods")
      )
    }
  }
}
