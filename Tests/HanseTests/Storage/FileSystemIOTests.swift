import FoundationEssentials
import Hanse
import HanseModel
import HanseSystem
import HanseWire
import Testing

struct FileSystemIOTests {
  /// Runs `body` with a folder that is gone afterwards.
  private func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-io")
    do {
      try await body(folder)
    } catch {
      try Files.removeTree(folder)
      throw error
    }
    try Files.removeTree(folder)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Files.read(path, limitBytes: 1 << 20), as: UTF8.self)
  }

  struct Row: Codable, Sendable, Equatable {
    var time: Date
    var name: String
    var value: Double
  }

  @Test func `values lie where their key says, in their form`() async throws {
    try await inFolder { folder in
      let io = FileSystemIO(root: folder)
      let row = Row(time: Date(timeIntervalSince1970: 1.5), name: "a/b", value: .infinity)
      let stored = try await io.store([row], at: ValuePlace(asset: "climate/daily"))
      _ = try await io.store("hello", at: ValuePlace(asset: "note"))
      _ = try await io.store(Data([0, 255]), at: ValuePlace(asset: "image"))
      _ = try await io.store(1, at: ValuePlace(asset: "climate/daily", partition: "2010-07-04"))
      _ = try await io.store(2, at: ValuePlace(asset: "climate/daily", partition: "../ä"))
      let path = "\(folder)/climate/daily.json"
      let json = #"[{"name":"a/b","time":"1970-01-01T00:00:01.500Z","value":"Infinity"}]"#
      #expect(try text(path) == json)
      #expect(stored.metadata == ["path": .path(path), "bytes": .bytes(json.utf8.count)])
      #expect(
        stored.dataVersion == "sha256:\(SHA256.hash(Array(json.utf8)).hexadecimal)"
      )
      #expect(try text("\(folder)/note.txt") == "hello")
      #expect(try Files.read("\(folder)/image.bin", limitBytes: 9) == [0, 255])
      #expect(try text("\(folder)/climate/daily/partition=2010-07-04.json") == "1")
      #expect(try text("\(folder)/climate/daily/partition=..%2F%C3%A4.json") == "2")
      #expect(try await io.load([Row].self, from: ValuePlace(asset: "climate/daily")) == [row])
      #expect(try await io.load(String.self, from: ValuePlace(asset: "note")) == "hello")
      #expect(try await io.load(Data.self, from: ValuePlace(asset: "image")) == Data([0, 255]))
    }
  }

  @Test func `an optional text or an optional data comes back as it was`() async throws {
    try await inFolder { folder in
      let io = FileSystemIO(root: folder)
      for (index, text) in ["x", nil, "null"].enumerated() {
        let place = ValuePlace(asset: AssetKey("text\(index)"))
        _ = try await io.store(text, at: place)
        #expect(try await io.load(String?.self, from: place) == text)
      }
      for (index, data) in [Data([1, 2]), nil, Data("null".utf8)].enumerated() {
        let place = ValuePlace(asset: AssetKey("data\(index)"))
        _ = try await io.store(data, at: place)
        #expect(try await io.load(Data?.self, from: place) == data)
      }
    }
  }

  @Test func `a date that cannot be written is an error, and as metadata the nearest one`()
    async throws
  {
    try await inFolder { folder in
      for seconds in [Double.nan, .infinity, 1e300] {
        let date = Date(timeIntervalSince1970: seconds)
        await #expect(throws: (any Error).self) {
          try await FileSystemIO(root: folder).store([date], at: ValuePlace(asset: "dates"))
        }
        #expect(date.metadataValue == .time(Timestamp(milliseconds: .max)))
      }
    }
  }

  @Test func `a missing value says which file was looked for`() async throws {
    try await inFolder { folder in
      let error = await #expect(throws: MissingValue.self) {
        try await FileSystemIO(root: folder).load(Int.self, from: ValuePlace(asset: "a/b"))
      }
      #expect(error?.place == "looked for \(folder)/a/b.json")
    }
  }

  @Test func `a value in another form is told, and raw bytes read any`() async throws {
    try await inFolder { folder in
      let io = FileSystemIO(root: folder)
      let place = ValuePlace(asset: "note")
      _ = try await io.store("hello", at: place)
      let error = await #expect(throws: StorageError.self) {
        try await io.load([Int].self, from: place)
      }
      #expect(error?.message == "it is stored as text, not as JSON (\(folder)/note.txt)")
      #expect(try await io.load(Data.self, from: place) == Data("hello".utf8))
    }
  }

  @Test func `a value of a new form takes the place of the old one`() async throws {
    try await inFolder { folder in
      let io = FileSystemIO(root: folder)
      let place = ValuePlace(asset: "note")
      _ = try await io.store("hello", at: place)
      _ = try await io.store([1], at: place)
      #expect(try Files.list(folder) == ["note.json"])
      #expect(try await io.exists(place))
      #expect(try await !io.exists(ValuePlace(asset: "other")))
    }
  }

  @Test func `a folder that cannot be written fails the step and names the value`() async throws {
    try await inFolder { folder in
      try Files.writeAtomically("\(folder)/climate", [1], durably: false)
      let asset = Asset("climate/daily") { context in 1 }
      let runtime = LocationRuntime(io: FileSystemIO(root: folder)) { asset }
      let failure = await runtime.attempt("climate/daily").failure
      #expect(failure?.code == .output)
      #expect(
        failure?.message
          == "the value of asset \"climate/daily\" could not be stored: make directory "
          + "\"\(folder)/climate\": Not a directory (ENOTDIR)"
      )
    }
  }

  @Test func `the workspace chooses the I/O manager by name`() async throws {
    let mine = MemoryIO()
    let definitions = Definitions { Storage("postgres") { settings, environment in mine } }
    let made = try await LocationRuntime.makeIO(
      StorageChoice(kind: "postgres"),
      definitions: definitions,
      environment: [:]
    )
    #expect(made as? MemoryIO === mine)
    let files = try await LocationRuntime.makeIO(
      StorageChoice(kind: "filesystem", path: "/data"),
      definitions: definitions,
      environment: [:]
    )
    #expect((files as? FileSystemIO)?.root == "/data")
  }

  @Test(
    arguments: [
      (
        "postgress",
        "there is no I/O manager \"postgress\"; this location has \"postgres\", \"filesystem\","
          + " \"memory\"; did you mean \"postgres\"?"
      ),
      ("filesystem", "the I/O manager \"filesystem\" needs a path: the folder of its files"),
      (
        "postgres",
        "the I/O manager \"postgres\" could not be made: the environment variable \"URL\" is not"
          + " set; set it under \"environment\" of the location in workspace.json, or in the shell"
      ),
    ]
  )
  func `a choice that cannot be made says why`(kind: String, message: String) async {
    let definitions = Definitions {
      Storage("postgres") { settings, environment in
        _ = try environment.require("URL")
        return MemoryIO()
      }
    }
    let error = await #expect(throws: StorageError.self) {
      try await LocationRuntime.makeIO(
        StorageChoice(kind: kind),
        definitions: definitions,
        environment: [:]
      )
    }
    #expect(error?.message == message)
  }
}
