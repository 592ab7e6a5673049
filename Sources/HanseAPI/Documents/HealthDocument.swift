package import HanseModel

/// That a host lives, and how far it is.
package struct HealthDocument: Hashable, Sendable {
  package enum Status: String, Hashable, Sendable, CaseIterable {
    case ok, stopping
  }

  package var status: Status
  package var version: String
  package var workspace: String
  package var processID: Int
  package var stateDirectory: String
  package var locationCount = 0
  package var runningLocationCount = 0
  package var assetCount = 0
  /// Whether every location has served its definitions or failed to.
  package var isSettled = false
  /// The last event that is on disk.
  package var lastSequence: Int64 = 0

  package init(
    status: Status,
    version: String,
    workspace: String,
    processID: Int,
    stateDirectory: String
  ) {
    self.status = status
    self.version = version
    self.workspace = workspace
    self.processID = processID
    self.stateDirectory = stateDirectory
  }
}

extension HealthDocument.Status: JSONEnumeration {}

extension HealthDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("status", status)
    json.member("version", version)
    json.member("workspace", workspace)
    json.member("processID", processID)
    json.member("stateDirectory", stateDirectory)
    json.member("locationCount", locationCount)
    json.member("runningLocationCount", runningLocationCount)
    json.member("assetCount", assetCount)
    json.member("isSettled", isSettled)
    json.member("lastSequence", lastSequence)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(status: .ok, version: "", workspace: "", processID: 0, stateDirectory: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "status": status = try json.value()
      case "version": version = try json.string()
      case "workspace": workspace = try json.string()
      case "processID": processID = try json.int()
      case "stateDirectory": stateDirectory = try json.string()
      case "locationCount": locationCount = try json.int()
      case "runningLocationCount": runningLocationCount = try json.int()
      case "assetCount": assetCount = try json.int()
      case "isSettled": isSettled = try json.bool()
      case "lastSequence": lastSequence = try json.int64()
      default: try json.skip()
      }
    }
  }
}
