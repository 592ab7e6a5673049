import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// Looks at what the host keeps: its folder, its lock, its event log.
struct StateExamination {
  private let state: StateDirectory

  init(_ state: StateDirectory) { self.state = state }

  func findings() -> [Finding] {
    do throws(SystemError) {
      guard let status = try Files.status(state.path) else {
        return [whatIsMissing()]
      }
      guard status.isDirectory else {
        return [
          .error(
            DoctorMessages.state,
            DoctorMessages.isFile(state.path),
            fix: DoctorMessages.moveAway
          )
        ]
      }
    } catch {
      return [.error(DoctorMessages.state, "\(error)", fix: DoctorMessages.makeReadable)]
    }
    return unwritable([state.path, state.computeLogs, state.lock]) + lock() + eventLog()
  }

  /// Whether the folder, which is not there, can be made where it is to be.
  private func whatIsMissing() -> Finding {
    var place = Paths.directory(of: state.path)
    while !Files.exists(place), place != "/" { place = Paths.directory(of: place) }
    // A link that leads nowhere is in the way.
    if Files.linkTarget(state.path) != nil { place = state.path }
    do throws(SystemError) {
      try Files.checkTakesDirectories(place)
      return .ok(DoctorMessages.state, DoctorMessages.notThereYet(state.path))
    } catch {
      return .error(
        DoctorMessages.state,
        DoctorMessages.cannotBeMade(state.path, in: place, error),
        fix: DoctorMessages.nameAnother
      )
    }
  }

  /// What a host writes and this user may not, of what is there.
  private func unwritable(
    _ paths: [String],
    _ subject: String = DoctorMessages.state
  ) -> [Finding] {
    paths.filter(Files.exists).compactMap { path in
      do throws(SystemError) {
        try Files.checkWritable(path)
        return nil
      } catch {
        return .error(subject, "\(error)", fix: DoctorMessages.makeReadable)
      }
    }
  }

  /// Whether a host runs, and whether it can be reached.
  private func lock() -> [Finding] {
    let subject = DoctorMessages.host
    do throws(SystemError) {
      guard case .process(let pid) = try FileLock.holder(of: state.lock) else {
        return [.ok(subject, DoctorMessages.noHost)]
      }
      if let host = RunningHost.find(state) {
        return [.ok(subject, DoctorMessages.hostRuns(pid, host.address)), slots(of: host)]
      }
      return [.warning(subject, DoctorMessages.hostIsMute(pid), fix: DoctorMessages.endOrWait)]
    } catch {
      return [.error(subject, "\(error)", fix: DoctorMessages.makeReadable)]
    }
  }

  /// Whether the slots that the host has given away are just those that steps hold.
  private func slots(of host: RunningHost) -> Finding {
    let subject = DoctorMessages.slots
    do throws(APIFailure) {
      let report: QueueReport = try host.client.get(
        APIPath.queues,
        query: ["running": "0", "waiting": "0"]
      )
      return SlotExamination.finding(report)
    } catch {
      return .warning(subject, "\(error)".visible, fix: DoctorMessages.endOrWait)
    }
  }

  private func eventLog() -> [Finding] {
    let subject = DoctorMessages.eventLog
    let unwritable = unwritable([state.eventLog], subject)
    guard unwritable.isEmpty else { return unwritable }
    do throws(EventLogError) {
      guard let reader = try Backend.stored(state).makeReader() else {
        return [.ok(subject, DoctorMessages.notThereYet(state.eventLog))]
      }
      let problems = try reader.integrityProblems()
      guard problems.isEmpty else {
        return [
          .error(
            subject,
            DoctorMessages.corrupt(problems),
            fix: DoctorMessages.restore(state.eventLog)
          )
        ]
      }
      let version = try reader.withDatabase { db throws(EventLogError) in
        try db.schemaVersion()
      }
      let last = try reader.lastSequence()
      return [.ok(subject, DoctorMessages.logIsSound(events: last, schema: version))]
    } catch {
      let fix = error.code == .corrupt ? DoctorMessages.restore(state.eventLog) : error.advice
      return [.error(subject, error.words, fix: fix)]
    }
  }
}
