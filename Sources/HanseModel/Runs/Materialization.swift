/// That an asset's value was made and stored.
public struct Materialization: Hashable, Sendable {
  public var asset: AssetKey
  public var partition: PartitionKey?
  public var metadata: [String: MetadataValue]
  /// The code version of the process that made it.
  public var codeVersion: String?
  /// Changes when the value does, as far as the location can tell.
  public var dataVersion: String?
  /// What was read to make it.
  public var inputs: [Input]

  /// One upstream's value that was read.
  public struct Input: Hashable, Sendable {
    public var asset: AssetKey
    public var dataVersion: String?
    /// The sequence number of the materialization that was the latest when the attempt started.
    public var sequence: Int64?

    public init(asset: AssetKey, dataVersion: String? = nil, sequence: Int64? = nil) {
      self.asset = asset
      self.dataVersion = dataVersion
      self.sequence = sequence
    }
  }

  public init(
    asset: AssetKey,
    partition: PartitionKey? = nil,
    metadata: [String: MetadataValue] = [:],
    codeVersion: String? = nil,
    dataVersion: String? = nil,
    inputs: [Input] = []
  ) {
    self.asset = asset
    self.partition = partition
    self.metadata = metadata
    self.codeVersion = codeVersion
    self.dataVersion = dataVersion
    self.inputs = inputs
  }
}

/// The latest materialization of an upstream, as a step is told of it.
public struct MaterializationRecord: Hashable, Sendable {
  public var asset: AssetKey
  public var partition: PartitionKey?
  public var sequence: Int64
  public var time: Timestamp
  public var run: RunID
  public var codeVersion: String?
  public var dataVersion: String?
  public var metadata: [String: MetadataValue]

  public init(
    asset: AssetKey,
    partition: PartitionKey? = nil,
    sequence: Int64,
    time: Timestamp,
    run: RunID,
    codeVersion: String? = nil,
    dataVersion: String? = nil,
    metadata: [String: MetadataValue] = [:]
  ) {
    self.asset = asset
    self.partition = partition
    self.sequence = sequence
    self.time = time
    self.run = run
    self.codeVersion = codeVersion
    self.dataVersion = dataVersion
    self.metadata = metadata
  }
}

extension Materialization.Input: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("asset", asset)
    json.member("dataVersion", dataVersion)
    json.member("sequence", sequence)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(asset: "")
    var key: AssetKey?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "asset": key = try json.value()
      case "dataVersion": dataVersion = try json.optional()
      case "sequence": sequence = try json.optional()
      default: try json.skip()
      }
    }
    asset = try key.orMissing("asset", at: json.offset)
  }
}

extension Materialization: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("asset", asset)
    json.member("partition", partition)
    json.member("metadata", metadata)
    json.member("codeVersion", codeVersion)
    json.member("dataVersion", dataVersion)
    json.member("inputs", inputs)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(asset: "")
    var key: AssetKey?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "asset": key = try json.value()
      case "partition": partition = try json.optional()
      case "metadata": metadata = try json.dictionary()
      case "codeVersion": codeVersion = try json.optional()
      case "dataVersion": dataVersion = try json.optional()
      case "inputs": inputs = try json.list()
      default: try json.skip()
      }
    }
    asset = try key.orMissing("asset", at: json.offset)
  }
}

extension MaterializationRecord: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("asset", asset)
    json.member("partition", partition)
    json.member("sequence", sequence)
    json.member("time", time)
    json.member("run", run)
    json.member("codeVersion", codeVersion)
    json.member("dataVersion", dataVersion)
    json.member("metadata", metadata)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var key: AssetKey?
    var number: Int64?
    var moment: Timestamp?
    var maker: RunID?
    self.init(asset: "", sequence: 0, time: Timestamp(milliseconds: 0), run: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "asset": key = try json.value()
      case "partition": partition = try json.optional()
      case "sequence": number = try json.int64()
      case "time": moment = try json.value()
      case "run": maker = try json.value()
      case "codeVersion": codeVersion = try json.optional()
      case "dataVersion": dataVersion = try json.optional()
      case "metadata": metadata = try json.dictionary()
      default: try json.skip()
      }
    }
    asset = try key.orMissing("asset", at: json.offset)
    sequence = try number.orMissing("sequence", at: json.offset)
    time = try moment.orMissing("time", at: json.offset)
    run = try maker.orMissing("run", at: json.offset)
  }
}
