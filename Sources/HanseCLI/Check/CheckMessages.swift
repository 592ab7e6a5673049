import HanseAPI
import HanseHost
import HanseModel

/// The words of `hanse check`.
enum CheckMessages {
  static let allGood = "no problems"
  static let correctFile = "correct the workspace file"

  /// What to do about a location that does not serve; its log is gone with the check.
  static func mend(_ location: LocationDocument) -> String {
    FailureAdvice.fix(
      location.fault,
      program: location.executable,
      words: location.lastStandardError.isEmpty ? nil : "what it wrote to standard error"
    ) + "; then check again"
  }

  /// What a kind of diagnostic is about, for those who read a list of rules.
  static func rule(_ code: Diagnostic.Code) -> String {
    switch code {
    case .invalidAssetKey: "An asset's key is not valid"
    case .duplicateAssetKey: "An asset's key is defined already"
    case .assetNotOwned: "Another location owns keys of this form"
    case .externalUpstream: "No location defines the upstream"
    case .missingUpstream: "The owner of the upstream's key does not define it, or is not loaded"
    case .dependencyCycle: "Assets depend on each other in a circle"
    case .behindCycle: "The asset is downstream of a circle"
    case .unknownCheckedAsset: "A check names an asset that its location does not define"
    case .duplicateCheck: "A location has two checks of one name on one asset"
    case .invalidOperation: "The assets of an operation cannot be made in one step"
    case .invalidSetting: "No step can be run with a number of the definition"
    case .locationFailed: "A location could not be started or did not load"
    case .binaryRejected: "A new binary of a location did not take over"
    case .invalidEntry: "The workspace file has an error"
    case .fenceMissing: "A location runs without a fence that its entry asks for"
    case .lowDisk: "The state directory has too little room"
    }
  }

  /// The last line: `2 errors, 1 warning in 3 locations, 120 assets`.
  static func summary(errors: Int, warnings: Int, locations: Int, assets: Int) -> String {
    let scope =
      "\(Messages.count(locations, "location")), \(Messages.count(assets, "asset"))"
    if errors == 0, warnings == 0 { return "\(allGood) in \(scope)" }
    var parts: [String] = []
    if errors > 0 { parts.append(Messages.count(errors, "error")) }
    if warnings > 0 { parts.append(Messages.count(warnings, "warning")) }
    return "\(parts.joined(separator: ", ")) in \(scope)"
  }

  static func fix(_ text: String) -> String { "  fix: \(text)" }
}
