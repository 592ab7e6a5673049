import HanseFaults
import HanseSystem

/// What goes wrong in what is said about a step.
struct StepMisdeeds {
  private let server: BareServer
  private var writer: WireWriter { server.writer }

  init(_ server: BareServer) { self.server = server }

  func commit(_ fault: StepFault, _ step: Step) {
    switch fault {
    case .ignoreCancel: Waiting.forEver()
    case .refuseStep: writer.refuse(step.id, code: -32603, "not today")
    case .unreportedSuccess: server.answer(step)
    case .unknownStatus: writer.answer(step.id, #"{"status":"somewhat"}"#)
    case .answerTwice:
      server.succeed(step)
      writer.answer(
        step.id,
        #"{"status":"failed","failure":{"code":"failed","message":"after all"}}"#
      )
    case .answerBeforeEvent:
      server.answer(step)
      server.report(step)
    case .unaskedAnswer:
      writer.answer(4711, #"{"status":"succeeded"}"#)
      writer.refuse(4712, code: -32603, "whatever it was")
      server.succeed(step)
    case .eventAfterAnswer:
      server.succeed(step)
      server.report(step)
      writer.tell(step.attempt, "logged", #"{"level":"info","message":"one more thing"}"#)
    default:
      tell(fault, step)
      server.succeed(step)
    }
  }

  private func tell(_ fault: StepFault, _ step: Step) {
    let materialized = "{\"asset\":\"\(step.assets.first ?? "")\"}"
    switch fault {
    case .foreignAsset:
      writer.tell(step.attempt, "materialized", "{\"asset\":\"\(server.settings.victim)\"}")
    case .foreignRun:
      writer.tell(step.members(run: "000000000000"), "materialized", materialized)
    case .staleAttempt: writer.tell(step.members(attempt: 0), "materialized", materialized)
    case .staleEpoch:
      writer.tell(step.members(epoch: step.epoch - 1), "materialized", materialized)
    case .unknownEvent: writer.tell(step.attempt, "dreamt", #"{"of":"sheep"}"#)
    case .eventWithoutAttempt: writer.tell("", "materialized", materialized)
    case .logFlood:
      writer.say(count: 20_000) { index in
        WireWriter.eventMembers(
          step.attempt,
          "logged",
          "{\"level\":\"info\",\"message\":\"line \(index)\"}"
        )
      }
    case .observationFlood:
      writer.say(count: 20_000) { _ in
        WireWriter.eventMembers(step.attempt, "observed", materialized)
      }
    case .progressFlood:
      writer.say(count: 100_000) { index in
        WireWriter.eventMembers(
          step.attempt,
          "progress",
          "{\"fraction\":\(Double(index) / 100_000)}"
        )
      }
    default:
      let text = String(repeating: "x", count: 4 << 20)
      writer.tell(
        step.attempt,
        "materialized",
        "{\"asset\":\"\(step.assets.first ?? "")\",\"metadata\":"
          + "{\"text\":{\"type\":\"text\",\"value\":\"\(text)\"}}}"
      )
    }
  }
}
