package import HanseModel

/// One line that a location wrote to its standard error.
package struct ComputeLogLine: Hashable, Sendable {
  package var location: LocationName
  package var time: Timestamp
  package var generation: Generation
  /// The run whose worker wrote it; nil for the location's own process, which may serve several.
  package var run: RunID?
  package var text: String

  package init(
    location: LocationName,
    time: Timestamp,
    generation: Generation,
    run: RunID? = nil,
    text: String
  ) {
    self.location = location
    self.time = time
    self.generation = generation
    self.run = run
    self.text = text
  }

  /// Reads `TIME gGENERATION | TEXT` or `TIME gGENERATION/RUN | TEXT`; nil for anything else.
  init?(_ line: some StringProtocol, location: LocationName) {
    guard let bar = line.firstRange(of: " | "),
      let space = line[..<bar.lowerBound].lastIndex(of: " "),
      let time = Timestamp(String(line[..<space]))
    else { return nil }
    let mark = line[line.index(after: space)..<bar.lowerBound]
      .split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = mark.first, first.first == "g", let number = Int(first.dropFirst())
    else { return nil }
    self.init(
      location: location,
      time: time,
      generation: Generation(number),
      run: mark.count == 2 ? RunID(String(mark[1])) : nil,
      text: String(line[bar.upperBound...])
    )
  }
}

extension ComputeLogLine: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("location", location)
    json.member("time", time)
    json.member("generation", generation)
    json.member("run", run)
    json.member("text", text)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(
      location: "",
      time: Timestamp(milliseconds: 0),
      generation: Generation(),
      text: ""
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "location": location = try json.value()
      case "time": time = try json.value()
      case "generation": generation = try json.value()
      case "run": run = try json.optional()
      case "text": text = try json.string()
      default: try json.skip()
      }
    }
  }
}
