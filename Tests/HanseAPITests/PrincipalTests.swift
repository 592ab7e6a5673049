import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Who gave an order: the user whose process has the connection, and nobody that a caller names.
@Suite(.serialized, .timeLimit(.minutes(10))) struct PrincipalTests {
  private static let other = 65_534
  private static let missing: String? =
    if Users.ownID != 0 {
      "only root can start a process of another user"
    } else if !Files.exists("/usr/bin/setpriv") {
      "there is no setpriv"
    } else if !Files.exists("/usr/bin/python3") {
      "there is no python3 that every user can run"
    } else {
      nil
    }

  /// Sends calls in a process of another user, each with headers and members that claim to be root's.
  private static let client = """
    import sys, urllib.request
    base = "http://127.0.0.1:" + sys.argv[1]
    for call in sys.argv[2:]:
        path, body = call.split(" ", 1)
        request = urllib.request.Request(base + path, body.encode(), {
            "Content-Type": "application/json", "X-User": "root", "X-Remote-User": "0",
            "X-Forwarded-For": "127.0.0.1"})
        urllib.request.urlopen(request).read()
    """

  private func call(asUser id: Int, _ port: UInt16, _ calls: [String]) throws {
    let pipe = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: "/usr/bin/setpriv",
        arguments: [
          "--reuid=\(id)", "--regid=\(id)", "--clear-groups", "/usr/bin/python3", "-c",
          Self.client, "\(port)",
        ] + calls,
        environment: ["PATH": "/usr/bin:/bin", "USER": "root", "LOGNAME": "root"],
        workingDirectory: "/",
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: try StandardStreams.nullDevice(),
        standardError: pipe.writing
      )
    )
    pipe.writing.close()
    let said = String(decoding: try pipe.reading.readAll(limitBytes: 1 << 16), as: UTF8.self)
    #expect(try child.waitForExit() == .exited(0), "\(said)")
  }

  @Test(.enabled(if: missing == nil, Comment(rawValue: missing ?? "")))
  func `an order is that of the user whose process has the connection`() throws {
    let test = try TestHost.withFixture(
      members: #", "queues": [{"name": "slow", "concurrentSteps": 1}]"#
    )
    let client = test.client(.socket)
    func launch(_ selection: String) throws -> RunDocument {
      try client.post(APIPath.runs, RunRequest(selection: selection, queue: "slow"))
    }
    let holder = try launch("fixture/sleep")
    let query = ["run": holder.id.text, "kind": "step.logged"]
    try client.stream(.stream(APIPath.events, query: query)) { $0 == nil }
    let (moved, stopped) = (try launch("fixture/numbers"), try launch("fixture/numbers"))
    try call(
      asUser: Self.other,
      test.port,
      [
        #"\#(APIPath.limit(.set, .queue("slow"))) {"weight": 2}"#,
        #"\#(APIPath.requeue) {"run": "\#(moved.id)", "queue": "default"}"#,
        #"\#(APIPath.cancelSteps) {"selection": "fixture/numbers", "run": "\#(stopped.id)"}"#,
        #"\#(APIPath.cancel(holder.id.text)) {"forced": true}"#,
      ]
    )
    let nobody = Principal(userID: Self.other, userName: Users.name(of: Self.other))
    let queue: LimitReport = try client.get(APIPath.queue("slow"))
    #expect(queue.orderedBy == nobody)
    #expect(try test.wait(for: moved, by: client).requeuedBy == nobody)
    #expect(try test.wait(for: stopped, by: client).steps.map(\.canceledBy) == [nobody])
    #expect(try test.wait(for: holder, by: client).canceledBy == nobody)
    // And what this process orders is its own user's.
    let reset: LimitReport = try client.post(
      APIPath.limit(.set, .queue("slow")),
      LimitOrder(weight: 3)
    )
    #expect(reset.orderedBy?.userID == Users.ownID)
  }
}
