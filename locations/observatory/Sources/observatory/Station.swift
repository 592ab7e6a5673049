import Hanse

/// A weather station and the file it sends.
struct Station: Codable, Hashable, Sendable {
  var id: String
  var name: String
  var file: String
  var timeZone: String

  static let all = [
    Station(
      id: "seattle",
      name: "Seattle",
      file: "seattle-temps.csv",
      timeZone: "America/Los_Angeles"
    ),
    Station(
      id: "san_francisco",
      name: "San Francisco",
      file: "sf-temps.csv",
      timeZone: "America/Los_Angeles"
    ),
  ]

  var asset: AssetKey { AssetKey("observatory/\(id)") }
}
