/// Something about the definitions or the workspace that a person should know or mend.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    case note, warning, error

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    private var rank: Int { self == .error ? 2 : self == .warning ? 1 : 0 }
  }

  /// Stable names, for programs and for searching; the wording of messages may change.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The key is not a valid asset key; the asset is left out.
    case invalidAssetKey = "invalid-asset-key"
    /// Another location, or the same one, defines the key already; this definition is left out.
    case duplicateAssetKey = "duplicate-asset-key"
    /// Another location owns keys of this form, by the workspace; the asset is left out.
    case assetNotOwned = "asset-not-owned"
    /// No location defines the upstream; it is shown as external.
    case externalUpstream = "external-upstream"
    /// A location claims keys of this form but does not define the upstream, or is not loaded.
    case missingUpstream = "missing-upstream"
    /// The asset depends on itself, perhaps through others and other locations.
    case dependencyCycle = "dependency-cycle"
    /// The asset is downstream of a cycle and cannot run.
    case behindCycle = "behind-cycle"
    /// The check names an asset that its location does not define; it is left out.
    case unknownCheckedAsset = "unknown-checked-asset"
    /// The location has two checks of one name on one asset; the later is left out.
    case duplicateCheck = "duplicate-check"
    /// An operation's assets cannot be made in one step.
    case invalidOperation = "invalid-operation"
    /// No step can be run with a number of the definition, such as a negative timeout: the asset
    /// cannot run, and a check is left out.
    case invalidSetting = "invalid-setting"
    /// The location could not be started or did not load.
    case locationFailed = "location-failed"
    /// A new binary of the location did not take over, or was rolled back; another one serves.
    case binaryRejected = "binary-rejected"
    /// The location's entry in the workspace has an error.
    case invalidEntry = "invalid-entry"
    /// The location runs without a fence that its entry asks for, for this machine has none.
    case fenceMissing = "fence-missing"
    /// The file system of the state directory has too little room to begin a run.
    case lowDisk = "low-disk"
  }

  public var code: Code
  public var severity: Severity
  public var location: LocationName?
  public var asset: AssetKey?
  public var message: String
  /// What a person can do about it.
  public var fix: String
  /// The place in the team's source, when the location said it.
  public var source: SourcePlace?

  public init(
    _ code: Code,
    severity: Severity,
    location: LocationName? = nil,
    asset: AssetKey? = nil,
    message: String,
    fix: String,
    source: SourcePlace? = nil
  ) {
    self.code = code
    self.severity = severity
    self.location = location
    self.asset = asset
    self.message = message
    self.fix = fix
    self.source = source
  }
}

extension Diagnostic.Severity: JSONEnumeration {}
extension Diagnostic.Code: JSONEnumeration {}

extension Diagnostic: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("code", code)
    json.member("severity", severity)
    json.member("location", location)
    json.member("asset", asset)
    json.member("message", message)
    json.member("fix", fix)
    json.member("source", source)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var code: Code?
    var diagnostic = Diagnostic(.invalidEntry, severity: .error, message: "", fix: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "code": code = try json.value()
      case "severity": diagnostic.severity = try json.value()
      case "location": diagnostic.location = try json.optional()
      case "asset": diagnostic.asset = try json.optional()
      case "message": diagnostic.message = try json.string()
      case "fix": diagnostic.fix = try json.string()
      case "source": diagnostic.source = try json.optional()
      default: try json.skip()
      }
    }
    diagnostic.code = try code.orMissing("code", at: json.offset)
    self = diagnostic
  }
}
