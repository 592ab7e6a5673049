package import HanseModel
import HanseStore

/// One check of an asset, with its latest result.
package struct CheckDocument: Hashable, Sendable {
  /// What the check found last.
  package struct Outcome: Hashable, Sendable {
    package var passed: Bool
    package var description: String?
    package var metadata: [String: MetadataValue] = [:]
    package var partition: PartitionKey?
    package var run: RunID?
    package var time: Timestamp
    package var sequence: Int64
    /// Whether description and metadata are left out, for want of room.
    package var isAbridged = false

    package init(passed: Bool, time: Timestamp, sequence: Int64) {
      self.passed = passed
      self.time = time
      self.sequence = sequence
    }

    init(_ row: CheckRow) {
      self.init(passed: row.result.passed, time: row.time, sequence: row.sequence)
      description = row.result.description
      metadata = row.result.metadata
      partition = row.partition
      run = row.run
      isAbridged = row.isAbridged
    }
  }

  package var name: String
  package var severity = CheckSeverity.error
  package var blocking = false
  package var description: String?
  package var latest: Outcome?

  package init(name: String) { self.name = name }

  init(_ definition: CheckDefinition, latest: CheckRow?) {
    name = definition.name
    severity = definition.severity
    blocking = definition.blocking
    description = definition.description
    self.latest = latest.map { Outcome($0) }
  }
}

extension CheckDocument.Outcome: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("passed", passed)
    json.member("description", description)
    json.member("metadata", metadata)
    json.member("partition", partition)
    json.member("run", run)
    json.member("time", time)
    json.member("sequence", sequence)
    if isAbridged { json.member("isAbridged", true) }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(passed: false, time: Timestamp(milliseconds: 0), sequence: 0)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "passed": passed = try json.bool()
      case "description": description = try json.optional()
      case "metadata": metadata = try json.dictionary()
      case "partition": partition = try json.optional()
      case "run": run = try json.optional()
      case "time": time = try json.value()
      case "sequence": sequence = try json.int64()
      case "isAbridged": isAbridged = try json.bool()
      default: try json.skip()
      }
    }
  }
}

extension CheckDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("severity", severity)
    json.member("blocking", blocking)
    json.member("description", description)
    json.member("latest", latest)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(name: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "name": self.name = try json.string()
      case "severity": severity = try json.value()
      case "blocking": blocking = try json.bool()
      case "description": description = try json.optional()
      case "latest": latest = try json.optional()
      default: try json.skip()
      }
    }
  }
}
