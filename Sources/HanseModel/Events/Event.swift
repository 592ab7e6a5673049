/// One entry of the event log: a record at its place in the order of all events.
public struct Event: Hashable, Sendable {
  /// Counts from 1 over the whole log, without gaps.
  public var sequence: Int64
  public var record: EventRecord

  public init(sequence: Int64, record: EventRecord) {
    self.sequence = sequence
    self.record = record
  }
}

/// What happened, when, and to what.
public struct EventRecord: Hashable, Sendable {
  public var time: Timestamp
  public var location: LocationName?
  public var generation: Generation?
  public var run: RunID?
  public var step: StepKey?
  /// Counts from 1.
  public var attempt: Int?
  public var partition: PartitionKey?
  public var payload: EventPayload

  public init(
    time: Timestamp,
    location: LocationName? = nil,
    generation: Generation? = nil,
    run: RunID? = nil,
    step: StepKey? = nil,
    attempt: Int? = nil,
    partition: PartitionKey? = nil,
    payload: EventPayload
  ) {
    self.time = time
    self.location = location
    self.generation = generation
    self.run = run
    self.step = step
    self.attempt = attempt
    self.partition = partition
    self.payload = payload
  }

  /// The asset that the event is about, when it is about one.
  public var asset: AssetKey? {
    switch payload {
    case .materialized(let materialization), .observed(let materialization): materialization.asset
    case .checked(let result): result.asset
    default: nil
    }
  }
}

extension Event: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("sequence", sequence)
    json.member("time", record.time)
    json.member("kind", record.payload.kind)
    json.member("location", record.location)
    json.member("generation", record.generation)
    json.member("run", record.run)
    json.member("step", record.step)
    json.member("attempt", record.attempt)
    json.member("asset", record.asset)
    json.member("partition", record.partition)
    json.name("data")
    record.payload.write(to: &json)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var sequence: Int64 = 0
    var kind = ""
    var dataPlace: Int?
    var record = EventRecord(
      time: Timestamp(milliseconds: 0),
      payload: .unknown(kind: "", data: .null)
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "sequence": sequence = try json.int64()
      case "time": record.time = try json.value()
      case "kind": kind = try json.string()
      case "location": record.location = try json.optional()
      case "generation": record.generation = try json.optional()
      case "run": record.run = try json.optional()
      case "step": record.step = try json.optional()
      case "attempt": record.attempt = try json.optional()
      case "partition": record.partition = try json.optional()
      case "data": dataPlace = try json.skip().lowerBound
      default: try json.skip()
      }
    }
    var data = JSONReader(json.bytes, at: try dataPlace.orMissing("data", at: json.offset))
    do throws(JSONError) {
      record.payload = try EventPayload(kind: kind, from: &data)
    } catch {
      throw error.inside("data")
    }
    self.init(sequence: sequence, record: record)
  }
}
