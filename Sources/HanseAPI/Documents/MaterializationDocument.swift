package import HanseModel

/// That an asset was made (or observed): when, by which run, and what is known of the value.
package struct MaterializationDocument: Hashable, Sendable {
  package var asset: AssetKey
  package var partition: PartitionKey?
  package var sequence: Int64
  package var time: Timestamp
  package var run: RunID?
  package var codeVersion: String?
  package var dataVersion: String?
  /// The metadata entry `rows`, which most tables have.
  package var rows: Int64?
  package var metadata: [String: MetadataValue] = [:]
  /// Whether the asset was only looked at.
  package var isObservation = false

  package init(asset: AssetKey, sequence: Int64, time: Timestamp) {
    self.asset = asset
    self.sequence = sequence
    self.time = time
  }

  init(_ record: MaterializationRecord) {
    self.init(asset: record.asset, sequence: record.sequence, time: record.time)
    partition = record.partition
    run = record.run
    codeVersion = record.codeVersion
    dataVersion = record.dataVersion
    setMetadata(record.metadata)
  }

  /// What an event says; nil for one that is of no materialization or observation.
  init?(_ event: Event) {
    let value: Materialization
    switch event.record.payload {
    case .materialized(let materialization): value = materialization
    case .observed(let observation): value = observation
    default: return nil
    }
    self.init(asset: value.asset, sequence: event.sequence, time: event.record.time)
    if case .observed = event.record.payload { isObservation = true }
    partition = value.partition ?? event.record.partition
    run = event.record.run
    codeVersion = value.codeVersion
    dataVersion = value.dataVersion
    setMetadata(value.metadata)
  }

  private mutating func setMetadata(_ values: [String: MetadataValue]) {
    metadata = values
    if case .integer(let count) = values["rows"] { rows = count }
  }
}

extension MaterializationDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("asset", asset)
    json.member("partition", partition)
    json.member("sequence", sequence)
    json.member("time", time)
    json.member("run", run)
    json.member("codeVersion", codeVersion)
    json.member("dataVersion", dataVersion)
    json.member("rows", rows)
    json.member("metadata", metadata)
    if isObservation { json.member("isObservation", true) }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(asset: "", sequence: 0, time: Timestamp(milliseconds: 0))
    try json.object { name, json throws(JSONError) in
      switch name {
      case "asset": asset = try json.value()
      case "partition": partition = try json.optional()
      case "sequence": sequence = try json.int64()
      case "time": time = try json.value()
      case "run": run = try json.optional()
      case "codeVersion": codeVersion = try json.optional()
      case "dataVersion": dataVersion = try json.optional()
      case "rows": rows = try json.optional()
      case "metadata": metadata = try json.dictionary()
      case "isObservation": isObservation = try json.bool()
      default: try json.skip()
      }
    }
  }
}
