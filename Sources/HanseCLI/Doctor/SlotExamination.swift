import HanseHost

/// Looks at whether any slot has leaked.
enum SlotExamination {
  /// What the host counted anew from the steps that are in flight, beside what it goes by.
  static func finding(_ report: QueueReport) -> Finding {
    report.miscounts.isEmpty
      ? .ok(
        DoctorMessages.slots,
        DoctorMessages.slotsAgree(report.runningCount, report.waitingCount)
      )
      : .error(
        DoctorMessages.slots,
        DoctorMessages.slotsDiffer(report.miscounts),
        fix: DoctorMessages.restartHost
      )
  }
}
