import HanseSystem
import HanseWorkspace

/// Looks at what this machine has to keep locations apart with.
enum FenceExamination {
  static func findings(
    _ locations: [LocationEntry],
    landlock: LandlockRuleset.Version = LandlockRuleset.kernelVersion,
    cgroups: Result<CgroupDelegation, CgroupDelegation.Refusal> = CgroupDelegation.find()
  ) -> [Finding] {
    [sandbox(locations, landlock), group(locations, cgroups)]
  }

  private static func sandbox(
    _ locations: [LocationEntry],
    _ landlock: LandlockRuleset.Version
  ) -> Finding {
    guard landlock.number < 1 else {
      let message = DoctorMessages.landlock(
        "\(landlock)",
        ports: landlock.fencesPorts,
        signals: landlock.fencesSignals
      )
      return .ok(DoctorMessages.sandbox, message)
    }
    let isWanted = locations.contains { $0.sandbox != nil }
    return isWanted
      ? .error(
        DoctorMessages.sandbox,
        DoctorMessages.noLandlock,
        fix: DoctorMessages.newerKernel
      ) : .ok(DoctorMessages.sandbox, DoctorMessages.noLandlock)
  }

  private static func group(
    _ locations: [LocationEntry],
    _ cgroups: Result<CgroupDelegation, CgroupDelegation.Refusal>
  ) -> Finding {
    switch cgroups {
    case .success(let group):
      return .ok(DoctorMessages.cgroups, DoctorMessages.delegated(group.path))
    case .failure(let refusal):
      let message = DoctorMessages.notDelegated(refusal.description)
      let isWanted = locations.contains { $0.limits.memoryBytes != nil }
      return isWanted
        ? .warning(DoctorMessages.cgroups, message, fix: DoctorMessages.delegate)
        : .ok(DoctorMessages.cgroups, message)
    }
  }
}
