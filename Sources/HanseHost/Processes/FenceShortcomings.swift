import HanseModel
import HanseSystem
import HanseWorkspace

/// What the entry of a location asks for and this machine does not have, where it runs all the same.
///
/// Nothing is lowered in silence: a sandbox that is missing is a warning, and whoever looks at the
/// locations is told.
struct FenceShortcomings: Hashable {
  /// In words, for people who look at the location.
  private(set) var notes: [String] = []
  /// What of it a person should know without looking.
  private(set) var diagnostics: [Diagnostic] = []

  /// Looks at an entry.
  ///
  /// - Parameters:
  ///   - entry: The location.
  ///   - file: The workspace file.
  ///   - landlock: What the kernel has to build sandboxes with.
  ///   - cgroupRefusal: Why there are no cgroups; nil where there are.
  init(
    _ entry: LocationEntry,
    file: String,
    landlock: LandlockRuleset.Version,
    cgroupRefusal: String?
  ) {
    if let sandbox = entry.sandbox, !sandbox.isRequired {
      if landlock.number < 1 {
        warn(
          entry,
          file,
          "runs without the sandbox that its entry asks for: this kernel has no Landlock",
          fix: "use a kernel >= 5.13 with Landlock, or take out \"required\": false to refuse it"
        )
      } else if sandbox.network != .unrestricted, !landlock.fencesPorts {
        warn(
          entry,
          file,
          "runs in a sandbox that does not fence TCP as its entry asks for: the Landlock of this "
            + "kernel (\(landlock)) cannot",
          fix: "use a kernel >= 6.7, or take out \"required\": false to refuse it"
        )
      }
    }
    if let limit = entry.limits.memoryBytes, let cgroupRefusal {
      notes.append(
        "its limit of \(ByteText.text(limit)) of memory is looked at each second, and can be passed "
          + "in between: no cgroup v2 (\(cgroupRefusal))"
      )
    }
  }

  private mutating func warn(
    _ entry: LocationEntry,
    _ file: String,
    _ words: String,
    fix: String
  ) {
    notes.append(words)
    diagnostics.append(
      Diagnostic(
        .fenceMissing,
        severity: .warning,
        location: entry.name,
        message: "location \"\(entry.name)\" \(words)",
        fix: fix,
        source: SourcePlace(file: file, line: entry.position.line, column: entry.position.column)
      )
    )
  }
}
