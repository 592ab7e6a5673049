import HanseHost
import HanseSystem

/// What a process that is a host, and nothing else, has for its locations to be fenced with.
struct MachineFences {
  /// The cgroups that were handed to it, or why there are none.
  var cgroups: Result<CgroupDelegation, CgroupDelegation.Refusal>

  /// Takes over what the machine offers, and closes this process to others of the same user.
  ///
  /// Its environment may hold the secrets of all locations, which `/proc` would show to each.
  static func take() -> MachineFences {
    do throws(SystemError) {
      try SelfProcess.hide()
    } catch {
      // A kernel that refuses it leaves things as they are everywhere else.
    }
    return MachineFences(cgroups: CgroupDelegation.claim())
  }

  func apply(to configuration: inout HostConfiguration) {
    configuration.adoptsOrphans = true
    switch cgroups {
    case .success(let group): configuration.cgroups = group
    case .failure(let refusal): configuration.cgroupRefusal = refusal.description
    }
  }
}
