import FoundationEssentials
import Hanse
import HanseSystem
import Testing

struct MetadataTests {
  @Test func `metadata of every kind is in an in-process result as it was added`() async throws {
    let table = MetadataValue.Table(columns: ["a", "b"], rows: [[1, "x"], [nil, [true]]])
    let moment = Timestamp(milliseconds: 1_711_843_200_007)
    let asset = Asset("a") { context in
      context.addMetadata("bool", true)
      context.addMetadata("bytes", .bytes(1 << 40))
      context.addMetadata("date", Date(timeIntervalSince1970: 1_711_843_200.007))
      context.addMetadata("duration", Duration.milliseconds(1500))
      context.addMetadata("integer", 3)
      context.addMetadata("json", ["k": [1, nil]] as JSONValue)
      context.addMetadata("markdown", .markdown("*m*"))
      context.addMetadata("number", 2.5)
      context.addMetadata("path", .path("/tmp/ä"))
      context.addMetadata("table", table)
      context.addMetadata("text", "two\nlines")
      context.addMetadata("time", moment)
      context.addMetadata("url", .url("https://example.org/"))
      return 1
    }
    let result = try await materialize(asset)
    #expect(
      result.metadata(of: asset) == [
        "bool": .bool(true),
        "bytes": .bytes(1_099_511_627_776),
        "date": .time(moment),
        "duration": .duration(milliseconds: 1500),
        "integer": .integer(3),
        "json": .json(["k": [1, nil]]),
        "markdown": .markdown("*m*"),
        "number": .number(2.5),
        "path": .path("/tmp/ä"),
        "table": .table(.init(columns: ["a", "b"], rows: [[1, "x"], [nil, [true]]])),
        "text": .text("two\nlines"),
        "time": .time(moment),
        "url": .url("https://example.org/"),
      ]
    )
  }

  @Test func `what the store says of a value gives way to what the body says`() async throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-metadata")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    let plain = Asset("plain") { _ in "four" }
    let own = Asset("own") { context in
      context.addMetadata("bytes", .bytes(7))
      return "four"
    }
    let both = Definitions {
      plain
      own
    }
    let result = try await materialize(both, io: .fileSystem(folder))
    #expect(result.metadata(of: plain)["bytes"] == .bytes(4))
    #expect(result.metadata(of: plain)["path"] == .path(folder + "/plain.txt"))
    #expect(result.metadata(of: own)["bytes"] == .bytes(7))
  }
}
