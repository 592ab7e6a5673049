import Hanse
import HanseModel
import HanseSystem
import HanseWire
import Testing

/// What the library says of bad input, word by word, where no other test of the subject does.
struct MessageTests {
  static let good = Asset("good", line: 1) { _ in 1 }

  static let definitions: [(Definitions, String)] = [
    (
      MultiAsset("m", line: 7) { _ in }.definitions,
      "HanseTests/MessageTests.swift:7: multi-asset \"m\" has no outputs; name some"
    ),
    (
      Definitions {
        good
        Check("a:b", on: good, line: 3) { _, _ in .passed() }
      },
      "HanseTests/MessageTests.swift:3: check \"a:b\" of asset \"good\" has no usable name;"
        + " write at least one character, and no \":\""
    ),
    (
      Definitions {
        good
        Check("", on: good, line: 3) { _, _ in .passed() }
      },
      "HanseTests/MessageTests.swift:3: check \"\" of asset \"good\" has no usable name;"
        + " write at least one character, and no \":\""
    ),
    (
      Definitions {
        good
        Check("big", on: External<Int>("far/away"), line: 3) { _, _ in .passed() }
      },
      "HanseTests/MessageTests.swift:3: check \"big\" is on asset \"far/away\", which this location"
        + " does not define; define the check in the location that owns the asset"
    ),
    (
      Definitions {
        Storage("db") { _, _ in MemoryIO() }
        Storage("db") { _, _ in MemoryIO() }
      },
      "storage \"db\" is defined twice; give one another name"
    ),
    (
      Definitions {
        Asset("a", from: External<Int>("b"), line: 1) { _, b in b }
        Asset("b", from: External<Int>("a"), line: 2) { _, a in a }
      },
      "HanseTests/MessageTests.swift:1: asset \"a\" depends on itself: a -> b -> a; the assets on the"
        + " cycle cannot run (each arrow points from an asset to one that it depends on); remove one"
        + " of these dependencies"
    ),
  ]

  @Test(arguments: definitions)
  func `a wrong definition is told with its place and what to do`(
    definitions: Definitions,
    message: String
  ) async {
    #expect(definitions.problems.map(\.description) == [message])
    let error = await #expect(throws: MaterializeError.self) { try await materialize(definitions) }
    #expect(error?.problems == [message])
  }

  static let variables: [([String: String], String)] = [
    (
      [:],
      "the environment variable \"PORT\" is not set; set it under \"environment\" of the location in"
        + " workspace.json, or in the shell"
    ),
    (
      ["PORT": ""],
      "the environment variable \"PORT\" is empty; set it under \"environment\" of the location in"
        + " workspace.json, or in the shell"
    ),
    (["PORT": "http"], "the environment variable \"PORT\" is \"http\", which is no Int"),
  ]

  @Test(arguments: variables)
  func `a variable that cannot be used says why and where to set it`(
    variables: [String: String],
    message: String
  ) {
    let error = #expect(throws: EnvironmentError.self) {
      try Hanse.Environment(variables).require("PORT", as: Int.self)
    }
    #expect(error?.description == message)
  }

  @Test func `a value that was made and is not there says by whom and when it was made`() async {
    let stations = External<[String]>("observatory/stations")
    let daily = Asset("climate/daily", from: stations) { _, stations in stations.count }
    let record = MaterializationRecord(
      asset: "observatory/stations",
      sequence: 4,
      time: Timestamp(milliseconds: 0),
      run: "r7"
    )
    let request = StepRequest(
      attempt: AttemptID(run: "r8", step: "climate/daily", attempt: 1, epoch: HostEpoch(1)),
      assets: ["climate/daily"],
      upstream: [record]
    )
    let outcome = await LocationRuntime { daily }.execute(request) { _ in }
    guard case .failed(let failure) = outcome else {
      Issue.record("it ran")
      return
    }
    #expect(
      failure.message
        == "asset \"climate/daily\" could not read upstream \"observatory/stations\" as [String]: it"
        + " was materialized at 1970-01-01T00:00:00.000Z by run r7, but nothing is stored (looked for"
        + " observatory/stations in memory); either its code stores its value itself, or it stores it"
        + " elsewhere than this location reads"
    )
  }

  @Test func `a partition that cannot be one, and a run that somebody ends, are told`() async {
    let error = await #expect(throws: MaterializeError.self) {
      try await materialize(Self.good, partition: "a\u{1B}")
    }
    #expect(
      error?.description
        == "partition \"a\\u{1b}\" cannot be a partition's key: it has the control character U+001B"
    )
    let waiting = Asset("waiting") { _ -> Int in throw CancellationError() }
    let canceled = Task { try await materialize(waiting).requireSuccess() }
    canceled.cancel()
    let end = await #expect(throws: MaterializeError.self) { try await canceled.value }
    #expect(end?.description == "the run was canceled")
  }

  @Test func `bytes that are no text are told with what to do`() async throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-messages")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    try Files.writeAtomically(Paths.join(folder, "note.txt"), [0xFF], durably: false)
    let note = External<String>("note")
    let reader = Asset("reader", from: note) { _, note in note.count }
    let runtime = LocationRuntime(io: FileSystemIO(root: folder)) { reader }
    #expect(
      await runtime.attempt("reader").failure?.message
        == "asset \"reader\" could not read upstream \"note\" as String: the stored bytes are not text "
        + "in UTF-8; read them as Data, or make the value again"
    )
    #expect(
      MissingValue(place: "looked for a in memory").description
        == "nothing is stored there (looked for a in memory)"
    )
  }

  @Test func `a value that is not there after an in-process run says why`() async throws {
    let failing = Asset("failing") { _ -> Int in throw PermanentError("no more disk") }
    let behind = Asset("behind", from: failing) { _, value in value }
    let own = Asset("own") { _ in }
    let result = try await materialize(
      Definitions {
        failing
        behind
        own
      }
    )
    for (key, reason) in [
      ("failing", "its step failed: no more disk"), ("behind", "its step was skipped"),
      ("own", "its body stores the value itself"), ("other", "the run did not hold it"),
    ] {
      let error = await #expect(throws: MaterializeError.self) {
        try await result.value(AssetKey(key), as: Int.self)
      }
      #expect(error?.description == "asset \"\(key)\" has no value as Int: \(reason)")
    }
    let error = #expect(throws: MaterializeError.self) { try result.requireSuccess() }
    #expect(error?.description == "step \"failing\" failed: no more disk")
  }
}
