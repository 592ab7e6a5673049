import HanseModel

/// Collects what a merge has to say, with the wording of every message.
struct MergeDiagnostics {
  private(set) var list: [Diagnostic] = []
  private let locations: [LocationInput]
  private var counts: [Tally: Int] = [:]

  /// More diagnostics of one code in one location are only counted: a generated location with
  /// 100,000 wrong keys has one mistake, not 100,000.
  static let limitPerCode = 100

  init(_ locations: [LocationInput]) { self.locations = locations }

  mutating func invalidKey(_ claim: ClaimTable.Claim, problem: String) {
    guard count(.invalidAssetKey, in: name(claim)) else { return }
    add(
      .invalidAssetKey,
      .error,
      claim,
      "asset key \(quoted(claim.key)) is not valid: \(problem); the asset is left out",
      "Use 1 to 100 of A-Z a-z 0-9 _ . - in each segment between the slashes."
    )
  }

  mutating func invalidUpstream(_ key: AssetKey, of claim: ClaimTable.Claim, problem: String) {
    guard count(.invalidAssetKey, in: name(claim)) else { return }
    add(
      .invalidAssetKey,
      .error,
      claim,
      "asset \(quoted(claim.key)) depends on \(quoted(key)), which is not a valid key: \(problem); "
        + "the dependency is left out",
      "Correct the key of the upstream."
    )
  }

  mutating func notOwned(_ claim: ClaimTable.Claim, pattern: Ownership.Pattern) {
    let owner = locations[pattern.location].name
    guard count(.assetNotOwned, in: name(claim)) else { return }
    add(
      .assetNotOwned,
      .error,
      claim,
      "asset \(quoted(claim.key)) belongs to location \(quoted(owner)), which owns "
        + "\(quoted(pattern.text)) in the workspace; the definition in location "
        + "\(quoted(name(claim))) is left out",
      "Rename the asset, or add a matching pattern to \"owns\" of location "
        + "\(quoted(name(claim))) in workspace.json."
    )
  }

  mutating func duplicate(_ claim: ClaimTable.Claim, of first: ClaimTable.Claim) {
    let place = source(first).map { " (\($0))" } ?? ""
    if first.location == claim.location {
      guard count(.duplicateAssetKey, in: name(claim)) else { return }
      add(
        .duplicateAssetKey,
        .error,
        claim,
        "asset \(quoted(claim.key)) is defined twice in location \(quoted(name(claim))); "
          + "the first definition\(place) stays, this one is left out",
        "Rename or remove one of the two definitions."
      )
    } else {
      guard count(.duplicateAssetKey, in: name(claim)) else { return }
      add(
        .duplicateAssetKey,
        .error,
        claim,
        "asset \(quoted(claim.key)) is defined by location \(quoted(name(first)))\(place) already; "
          + "the definition in location \(quoted(name(claim))) is left out",
        "Rename the asset in one of the two locations, or say with \"owns\" in workspace.json which "
          + "one it belongs to."
      )
    }
  }

  mutating func unknownCheckedAsset(_ misfit: CheckTable.Misfit, nearest: String?) {
    let hint = nearest.map { "; did you mean \(quoted($0))?" } ?? ""
    guard count(.unknownCheckedAsset, in: locations[misfit.location].name) else { return }
    add(
      .unknownCheckedAsset,
      misfit,
      "check \(quoted(misfit.check.name)) looks at asset \(quoted(misfit.check.asset)), which "
        + "location \(quoted(locations[misfit.location].name)) does not define; the check is left "
        + "out\(hint)",
      "Define the check in the location of its asset, and correct the asset's key if it is wrong."
    )
  }

  mutating func duplicateCheck(_ misfit: CheckTable.Misfit) {
    guard count(.duplicateCheck, in: locations[misfit.location].name) else { return }
    add(
      .duplicateCheck,
      misfit,
      "asset \(quoted(misfit.check.asset)) has two checks named \(quoted(misfit.check.name)) in "
        + "location \(quoted(locations[misfit.location].name)); the later one is left out",
      "Rename or remove one of the two checks."
    )
  }

  mutating func unusableCheck(_ misfit: CheckTable.Misfit) {
    for problem in misfit.check.settingProblems {
      guard count(.invalidSetting, in: locations[misfit.location].name) else { return }
      add(
        .invalidSetting,
        misfit,
        "check \(quoted(misfit.check.name)) of asset \(quoted(misfit.check.asset)) \(problem); the "
          + "check is left out",
        sentence(problem.fix)
      )
    }
  }

  mutating func invalidSetting(_ claim: ClaimTable.Claim, _ problem: SettingProblem) {
    guard count(.invalidSetting, in: name(claim)) else { return }
    add(
      .invalidSetting,
      .error,
      claim,
      "asset \(quoted(claim.key)) \(problem); it cannot run",
      sentence(problem.fix)
    )
  }

  private func sentence(_ words: String) -> String {
    "\(words.prefix(1).uppercased())\(words.dropFirst())."
  }

  mutating func external(
    _ key: AssetKey,
    for claim: ClaimTable.Claim,
    others: Int,
    nearest: String?
  ) {
    let hint = nearest.map { "; did you mean \(quoted($0))?" } ?? ""
    guard count(.externalUpstream, in: name(claim)) else { return }
    add(
      .externalUpstream,
      .note,
      claim,
      "asset \(quoted(key)), upstream of \(users(claim, others)), is defined by no location; "
        + "it is shown as external\(hint)",
      "Nothing, if something outside Hanse makes it; else correct the key, or add the location "
        + "that defines it."
    )
  }

  mutating func missing(
    _ key: AssetKey,
    for claim: ClaimTable.Claim,
    others: Int,
    pattern: Ownership.Pattern,
    nearest: String?
  ) {
    let owner = locations[pattern.location].name
    let hint = nearest.map { "; did you mean \(quoted($0))?" } ?? ""
    guard count(.missingUpstream, in: name(claim)) else { return }
    guard locations[pattern.location].isLoaded else {
      return add(
        .missingUpstream,
        .warning,
        claim,
        "asset \(quoted(key)), upstream of \(users(claim, others)), is not known yet: location "
          + "\(quoted(owner)) owns \(quoted(pattern.text)) and is not loaded",
        "Get location \(quoted(owner)) loaded; its own error, or \"hanse locations\", says why it is not."
      )
    }
    add(
      .missingUpstream,
      .warning,
      claim,
      "asset \(quoted(key)), upstream of \(users(claim, others)), does not exist: location "
        + "\(quoted(owner)) owns \(quoted(pattern.text)) but does not define it\(hint)",
      "Correct the key, or ask for the asset in location \(quoted(owner))."
    )
  }

  mutating func invalidOperation(_ claim: ClaimTable.Claim, operation: String, problem: String) {
    guard count(.invalidOperation, in: name(claim)) else { return }
    add(
      .invalidOperation,
      .error,
      claim,
      "operation \(quoted(operation)) of asset \(quoted(claim.key)) has a name that is not valid: "
        + "\(problem); the asset cannot run",
      "Name the operation as an asset is named."
    )
  }

  mutating func cycle(_ finding: CycleSearch.Finding, at claim: ClaimTable.Claim) {
    if finding.isOfSteps {
      guard count(.invalidOperation, in: name(claim)) else { return }
      add(
        .invalidOperation,
        .error,
        claim,
        "the step of asset \(quoted(claim.key)) depends on itself: \(finding.path); its assets "
          + "cannot run (each arrow points from a step to one that it depends on)",
        "Split the operation, so that what comes before and what comes after the others are made "
          + "by different steps."
      )
    } else {
      guard count(.dependencyCycle, in: name(claim)) else { return }
      add(
        .dependencyCycle,
        .error,
        claim,
        "asset \(quoted(claim.key)) depends on itself: \(finding.path); the assets on the cycle "
          + "cannot run (each arrow points from an asset to one that it depends on)",
        "Remove one of these dependencies."
      )
    }
  }

  mutating func behindCycle(_ claims: [ClaimTable.Claim]) {
    guard let first = claims.first else { return }
    let count = claims.count
    let rest = count > 3 ? " and \(count - 3) more" : ""
    add(
      .behindCycle,
      .warning,
      first,
      "\(count) \(count == 1 ? "asset" : "assets") of location \(quoted(name(first))) cannot run, "
        + "being behind a dependency cycle: "
        + claims.prefix(3).map { quoted($0.key) }.joined(separator: ", ") + rest,
      "Break the cycle; what is behind it can run then."
    )
  }

  /// Everything in a fixed order: by location, asset, code and message.
  ///
  /// For what is beyond the limit of a code in a location there is one diagnostic with the number.
  func sorted() -> [Diagnostic] {
    let sorted = list.sorted { left, right in
      let leftKey = (left.location?.text ?? "", left.asset?.path ?? "", left.code.rawValue)
      let rightKey = (right.location?.text ?? "", right.asset?.path ?? "", right.code.rawValue)
      return leftKey == rightKey ? left.message < right.message : leftKey < rightKey
    }
    var examples: Set<Tally> = []
    let summaries = sorted.compactMap { example -> Diagnostic? in
      let tally = Tally(location: example.location, code: example.code)
      let more = (counts[tally] ?? 0) - MergeDiagnostics.limitPerCode
      guard more > 0, examples.insert(tally).inserted else { return nil }
      var summary = example
      summary.message =
        "\(more) more of \(example.code.rawValue) in location "
        + "\(quoted(example.location ?? "")) are not listed; one is: \(example.message)"
      return summary
    }
    return sorted + summaries
  }

  private struct Tally: Hashable {
    var location: LocationName?
    var code: Diagnostic.Code
  }

  /// Counts a diagnostic.
  ///
  /// - Parameters:
  ///   - code: What kind it is.
  ///   - location: Whose it is.
  /// - Returns: Whether it is to be listed.
  private mutating func count(_ code: Diagnostic.Code, in location: LocationName) -> Bool {
    let tally = Tally(location: location, code: code)
    let count = counts[tally, default: 0] + 1
    counts[tally] = count
    return count <= MergeDiagnostics.limitPerCode
  }

  private mutating func add(
    _ code: Diagnostic.Code,
    _ severity: Diagnostic.Severity,
    _ claim: ClaimTable.Claim,
    _ message: String,
    _ fix: String
  ) {
    list.append(
      Diagnostic(
        code,
        severity: severity,
        location: name(claim),
        asset: claim.key,
        message: message,
        fix: fix,
        source: source(claim)
      )
    )
  }

  private mutating func add(
    _ code: Diagnostic.Code,
    _ misfit: CheckTable.Misfit,
    _ message: String,
    _ fix: String
  ) {
    list.append(
      Diagnostic(
        code,
        severity: .error,
        location: locations[misfit.location].name,
        asset: misfit.check.asset,
        message: message,
        fix: fix,
        source: misfit.check.source
      )
    )
  }

  private func name(_ claim: ClaimTable.Claim) -> LocationName { locations[claim.location].name }

  private func source(_ claim: ClaimTable.Claim) -> SourcePlace? {
    locations[claim.location].definitions.assets[claim.asset].source
  }

  private func users(_ claim: ClaimTable.Claim, _ others: Int) -> String {
    others == 0 ? quoted(claim.key) : "\(quoted(claim.key)) and \(others) more"
  }
}
