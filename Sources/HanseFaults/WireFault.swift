/// Faults of bytes and lines, committed in the middle of a step, and of whoever should read.
package enum WireFault: String, Hashable, Sendable, CaseIterable {
  case garbage = "garbage"
  case notUTF8 = "not-utf8"
  case loneSurrogate = "lone-surrogate"
  case zeroBytes = "zero-bytes"
  case utf16 = "utf-16"
  case markInTheMiddle = "mark-in-the-middle"
  case nestingBomb = "nesting-bomb"
  case longLine = "long-line"
  case hugeNumber = "huge-number"
  case notANumber = "not-a-number"
  case duplicateMember = "duplicate-member"
  case trailingComma = "trailing-comma"
  case trailingText = "trailing-text"
  case batch = "batch"
  case otherVersion = "other-json-rpc"
  case noSequence = "no-sequence"
  case sequenceGap = "sequence-gap"
  case sequenceRepeat = "sequence-repeat"
  case halfLine = "half-line"
  case halfLineAndStay = "half-line-and-stay"
  case closeOutput = "close-output"
  case closeInput = "close-input"
  case neverRead = "never-read"
  case noPong = "no-pong"
  case errorForPong = "error-for-pong"
  case burst = "burst"
  case emptyLines = "empty-lines"
  case unknownNotifications = "unknown-notifications"
  case requestsOfItsOwn = "requests-of-its-own"
  case strayWriter = "stray-writer"
  case splitLines = "split-lines"

  var entry: FaultEntry {
    switch self {
    case .garbage: refused("P02", "WIRE-JSON", "a line of text that is no JSON")
    case .notUTF8: refused("P05", "WIRE-UTF8", "bytes that are not UTF-8")
    case .loneSurrogate: refused("P06", "WIRE-UTF8", #"half of a surrogate pair (\ud800)"#)
    case .zeroBytes: refused("P09", "WIRE-JSON", "a line with zero bytes in it")
    case .utf16: refused("P09", "WIRE-JSON", "a line in UTF-16")
    case .markInTheMiddle:
      refused("P11", "WIRE-JSON", "a byte order mark at the beginning of a later line")
    case .nestingBomb: refused("P07", "WIRE-DEPTH", "a hundred thousand opening brackets")
    case .hugeNumber: refused("P19", "WIRE-NUMBER", "a sequence number that does not fit 64 bits")
    case .notANumber: refused("P20", "WIRE-JSON", "NaN where a number should stand")
    case .duplicateMember: refused("P21", "WIRE-DUPLICATE", "an object with the same member twice")
    case .trailingComma: refused("P21", "WIRE-JSON", "a comma before the end of an object")
    case .trailingText: refused("P21", "WIRE-TRAILING", "a second object on the same line")
    case .batch: refused("P17", "WIRE-MESSAGE", "a batch: a list of messages")
    case .otherVersion: refused("P15", "WIRE-MESSAGE", #"a message with "jsonrpc": "1.0""#)
    case .noSequence: refused("P04", "WIRE-MESSAGE", "a line without a sequence number")
    case .longLine, .sequenceGap, .sequenceRepeat, .halfLine, .halfLineAndStay: broken
    case .closeOutput, .closeInput, .neverRead, .noPong, .errorForPong: silent
    default: odd
    }
  }

  private var broken: FaultEntry {
    let lost = "the location is restarted, its attempt lost and tried again"
    switch self {
    case .longLine:
      return FaultEntry(
        "P08",
        "a line of a gibibyte without an end",
        must: "the line is refused at the limit of 8 MiB; \(lost)",
        not: "the host's memory grows with the line",
        .loses("line longer than its limit", "WIRE-LINE")
      )
    case .sequenceGap:
      return FaultEntry(
        "P04",
        "its sequence numbers skip five",
        must: "the gap is noticed at once: a line was lost; \(lost)",
        not: "a lost event stays unnoticed",
        .loses("a line was lost", "WIRE-SEQ")
      )
    case .sequenceRepeat:
      return FaultEntry(
        "C31",
        "the same sequence number comes twice, as if two processes wrote",
        must: "it is noticed at once; \(lost)",
        not: "both lines count",
        .loses("sequence number", "WIRE-SEQ")
      )
    case .halfLine:
      return FaultEntry(
        "P22",
        "half a line, and the end of the process",
        must: lost,
        not: "the half is joined with what the next process says",
        .loses("exit status 0", "LOC-CRASH")
      )
    default:
      return FaultEntry(
        "P22",
        "half a line, and the end of its output, but not of the process",
        must: "it is killed a second later; \(lost)",
        not: "the host waits for the rest",
        .loses("bytes of a line without an end", "WIRE-CLOSED")
      )
    }
  }

  private var silent: FaultEntry {
    switch self {
    case .closeOutput:
      return FaultEntry(
        "C25",
        "it closes its standard output in the middle of a step, and stays",
        must: "it is killed a second later; the attempt is lost and tried again",
        not: "the step waits for ever",
        .loses("closed its standard output", "WIRE-CLOSED")
      )
    case .closeInput:
      return FaultEntry(
        "C26",
        "it closes its standard input in the middle of a step, and stays",
        must: "it is ended a second after the host wrote to it in vain; the attempt is tried again",
        not: "the host ends by SIGPIPE",
        .loses("closed its standard input", "WIRE-PIPE")
      )
    case .neverRead:
      return FaultEntry(
        "P27",
        "it stops reading in the middle of a step",
        must: "it counts as hung when pings stay unanswered; the attempt is lost and tried again",
        not: "the host blocks writing to it",
        .loses("no answer to", "LOC-HUNG")
      )
    case .errorForPong:
      return FaultEntry(
        "P17",
        "it answers pings with an error",
        must: "that is a sign of life: it goes on",
        not: "it is killed",
        .none
      )
    default:
      return FaultEntry(
        "H07",
        "it goes on to work, but answers no ping",
        must: "it counts as hung after the missed pings; the attempt is lost and tried again",
        not: "it is waited for beyond that",
        .loses("no answer to", "LOC-HUNG")
      )
    }
  }

  private var odd: FaultEntry {
    switch self {
    case .burst:
      return FaultEntry(
        "P24",
        "ten thousand log lines in one write",
        must: "what is over the limit is left out and counted; the step succeeds",
        not: "the reading of others waits for all of them",
        Consequence(.goesOn, event: "location.events-dropped")
      )
    case .emptyLines: return ignored("P02", "ten thousand empty lines")
    case .unknownNotifications: return counted("P17", "a thousand notifications of unknown methods")
    case .requestsOfItsOwn: return counted("P29", "requests to the host, which takes none")
    case .splitLines: return ignored("P23", "its lines in pieces of seven bytes")
    default:
      return FaultEntry(
        "C16",
        "a helper process that inherited its standard output writes into the stream",
        must: "the line is refused, the location restarted, the attempt lost and tried again",
        not: "the helper's line is taken for a message",
        .loses("not of the protocol", "WIRE-JSON")
      )
    }
  }

  private func refused(_ row: String, _ code: String, _ what: String) -> FaultEntry {
    FaultEntry(
      row,
      what,
      must:
        "the line is refused with its first bytes, escaped; the attempt is lost and tried again",
      not: "the line is repaired, skipped or shown unescaped",
      .loses("not of the protocol", code)
    )
  }

  private func ignored(_ row: String, _ what: String) -> FaultEntry {
    FaultEntry(
      row,
      what,
      must: "what means nothing is skipped, and the step succeeds",
      not: "the location is restarted",
      .none
    )
  }

  private func counted(_ row: String, _ what: String) -> FaultEntry {
    FaultEntry(
      row,
      what,
      must: "they are ignored and counted, and the step succeeds",
      not: "the location is restarted, or gets an answer that it could wait for",
      .ignored("unknownMethods")
    )
  }
}
