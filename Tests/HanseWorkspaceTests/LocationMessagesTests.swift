import HanseModel
import HanseWorkspace
import Testing

/// What is wrong with one member of a location's entry, and what is said about it: the column, and
/// the message.
struct BadMember: Sendable, CustomTestStringConvertible {
  var text: String
  var messages: [String]

  init(_ text: String, _ messages: String...) {
    self.text = text
    self.messages = messages
  }

  var testDescription: String { text }
}

@Suite struct LocationMessagesTests {
  static let program: [BadMember] = [
    BadMember(#""arguments": "a""#, #"56: "arguments": expected an array of strings, found "a""#),
    BadMember(#""arguments": ["a", 1]"#, #"62: "arguments[1]": expected a string, found 1"#),
    BadMember(
      #""arguments": ["\u0000"]"#,
      #"57: "arguments[0]": the character U+0000 cannot be given to a program"#
    ),
    BadMember(
      #""executableFromPath": true"#,
      #"33: "executable": expected a bare name, for "executableFromPath" is true, found "bin/ml""#
        + #"; remove "executableFromPath" to run this very file"#
    ),
    BadMember(#""workingDirectory": """#, #"63: "workingDirectory": expected a path, found """#),
    BadMember(
      #""sha256": "abc""#,
      #"53: "sha256": expected a SHA-256 digest of 64 hexadecimal digits, or null, found "abc""#
    ),
    BadMember(
      #""io": { "kind": "filesystem", "pth": "x" }"#,
      #"73: unknown member "pth" of "io"; did you mean "path"?"#
    ),
    BadMember(
      #""io": { "kind": 5 }"#,
      #"59: "io.kind": expected a name such as "observatory": 1 to 63 of a-z, 0-9, _ and -, the "#
        + "first a letter, found 5"
    ),
    BadMember(
      #""io": "postgres""#,
      #"49: "io": expected an object such as { "kind": "filesystem", "path": ".hanse/storage" }, "#
        + #"found "postgres""#
    ),
  ]

  static let behaviour: [BadMember] = [
    BadMember(#""enabled": 1"#, #"54: "enabled": expected true or false, found 1"#),
    BadMember(
      #""isolation": "runs""#,
      #"56: "isolation": expected "location" or "run", found "runs"; did you mean "run"?"#
    ),
    BadMember(
      #""isolation": null"#,
      #"56: "isolation": expected "location" or "run", found null"#
    ),
    BadMember(
      #""queue": "defualt""#,
      #"52: "queue": there is no queue "defualt"; did you mean "default"?"#
    ),
    BadMember(
      #""queue": "zzz""#,
      #"52: "queue": there is no queue "zzz"; add it to "queues""#
    ),
    BadMember(
      #""weight": 0"#,
      #"53: "weight": expected a number above 0 and at most 1000, found 0"#
    ),
    BadMember(
      #""weight": "1""#,
      #"53: "weight": expected a number above 0 and at most 1000, found "1""#
    ),
    BadMember(
      #""owns": ["a//b", 1]"#,
      #"52: "owns[0]": expected a pattern of asset keys such as "observatory/*", found "a//b""#,
      #"60: "owns[1]": expected a pattern of asset keys such as "observatory/*", found 1"#
    ),
    BadMember(
      #""owns": "a/*", "labels": []"#,
      #"51: "owns": expected an array of patterns of asset keys such as ["observatory/*"], "#
        + #"found "a/*""#,
      #"68: "labels": expected an object of labels such as { "team": "ingest" }, found an array"#
    ),
    BadMember(
      #""labels": { "a b": 1 }"#,
      #"55: expected a label's name of 1 to 63 letters, digits and _ . -, found "a b""#,
      #"62: "labels.a b": expected a string, found 1"#
    ),
    BadMember(
      #""weight": 1, "weight": 2"#,
      #"56: member "weight" stands twice: first at line 2, column 43, and again here; remove one"#
    ),
  ]

  static let policies: [BadMember] = [
    BadMember(
      #""limits": { "memory": "64mib", "openFiles": 1.5 }"#,
      #"65: "limits.memory": expected a size such as "64MiB", found "64mib"; "#
        + #"did you mean "64MiB"?"#,
      #"87: "limits.openFiles": expected a whole number from 16 to 1048576, found 1.5"#
    ),
    BadMember(
      #""limits": { "memory": "1B" }"#,
      #"65: "limits.memory": expected at least "16MiB", found "1B""#
    ),
    BadMember(
      #""limits": { "memory": "999999999TiB" }"#,
      #"65: "limits.memory": expected a size such as "64MiB", found "999999999TiB"; "#
        + "that is more than can be counted"
    ),
    BadMember(
      #""limits": { "memory": "64" }"#,
      #"65: "limits.memory": expected a size such as "64MiB", found "64"; "#
        + "the units are B, KB, KiB, MB, MiB, GB, GiB, TB and TiB"
    ),
    BadMember(
      #""limits": { "memory": "much" }"#,
      #"65: "limits.memory": expected a size such as "64MiB", found "much"; "#
        + "write a whole number above 0 and a unit"
    ),
    BadMember(
      #""sandbox": { "network": "none" }"#,
      #"67: "sandbox.network": expected true, false or an array of ports such as [443], found "none""#
    ),
    BadMember(
      #""limits": { "nice": -1, "coreSize": 0 }"#,
      #"63: "limits.nice": expected a whole number from 0 to 19, found -1"#,
      #"79: "limits.coreSize": expected a size such as "64MiB", found 0"#
    ),
    BadMember(
      #""sandbox": "yes""#,
      #"54: "sandbox": expected true, false or an object such as { "write": ["Data"] }, "#
        + #"found "yes""#
    ),
    BadMember(
      #""sandbox": { "writes": [], "network": [70000], "read": "a" }"#,
      #"56: unknown member "writes" of "sandbox"; did you mean "write"?"#,
      #"82: "sandbox.network[0]": expected a whole number from 1 to 65535, found 70000"#,
      #"98: "sandbox.read": expected an array of paths such as ["Data"], found "a""#
    ),
    BadMember(
      #""limits": { "rate": { "start": 5 } }"#,
      #"63: "limits.rate": missing member "starts": how many may start in each time "per""#,
      #"65: unknown member "start" of "limits.rate"; did you mean "starts"?"#
    ),
    BadMember(
      #""timeouts": { "handshake": 10 }"#,
      #"70: "timeouts.handshake": expected a duration such as "10s", found 10"#
    ),
    BadMember(
      #""timeouts": { "handshake": "10" }"#,
      #"70: "timeouts.handshake": expected a duration such as "10s", found "10"; "#
        + "add a unit: ms, s, m or h"
    ),
    BadMember(
      #""timeouts": { "handshake": "1.5s" }"#,
      #"70: "timeouts.handshake": expected a duration such as "10s", found "1.5s"; "#
        + "write a whole number above 0 and one unit: ms, s, m or h"
    ),
    BadMember(
      #""timeouts": { "nope": "10s" }"#,
      #"57: unknown member "nope" of "timeouts"; expected "handshake", "definitions", "step", "#
        + #""tick", "drain" or "shutdown""#
    ),
    BadMember(
      #""restart": { "window": "1s" }"#,
      #"66: "restart": the limit can never be reached: with these delays 5 crashes take at least "#
        + #"1500ms, and only those within "window" (1s) count; lengthen "window", or lower "#
        + #""maxCrashes" or the delays"#
    ),
    BadMember(
      #""restart": { "initialDelay": "31s" }"#,
      #"72: "restart": "initialDelay" (31s) is longer than "maxDelay" (30s)"#
    ),
    BadMember(
      #""timeouts": { "drain": "-1s" }"#,
      #"66: "timeouts.drain": expected a duration such as "10s", found "-1s"; "#
        + "write a whole number above 0 and one unit: ms, s, m or h"
    ),
    BadMember(
      #""restart": { "rollback": "yes" }"#,
      #"68: "restart.rollback": expected true or false, found "yes""#
    ),
    BadMember(
      #""restart": { "maxCrashes": 0 }"#,
      #"70: "restart.maxCrashes": expected a whole number from 1 to 1000, found 0"#
    ),
  ]

  static let environment: [BadMember] = [
    BadMember(
      #""environment": { "A-B": "x" }"#,
      "60: expected the name of an environment variable (letters, digits and _, the first no "
        + #"digit), found "A-B""#
    ),
    BadMember(
      #""environment": { "PIN": 4711 }"#,
      #"67: "environment.PIN": expected a string, { "fromEnvironment": "NAME" } or "#
        + #"{ "fromFile": "PATH" }, found a number; put the value in quotes"#
    ),
    BadMember(
      #""environment": { "X": { "fromFil": "hunter2" } }"#,
      #"67: unknown member "fromFil" of "environment.X"; did you mean "fromFile"?"#
    ),
    BadMember(
      #""environment": { "X": {} }"#,
      #"65: "environment.X": expected either "fromEnvironment" or "fromFile""#
    ),
    BadMember(
      #""environment": { "X": { "fromEnvironment": "hunter 2" } }"#,
      #"86: "environment.X.fromEnvironment": expected the name of an environment variable, "#
        + "found a string"
    ),
    BadMember(
      #""environment": "hunter2""#,
      #"58: "environment": expected an object of variables such as { "DATA_DIR": "Data" }, "#
        + "found a string"
    ),
  ]

  @Test(arguments: program + behaviour + policies + environment)
  func `a bad member of a location is reported with what was expected`(bad: BadMember) throws {
    let load = Samples.load(Samples.location(bad.text))
    let expected = bad.messages.map { message in
      let parts = message.split(separator: ": ", maxSplits: 1)
      return "workspace.json:2:\(parts[0]): location \"ml\": \(parts[1])"
    }
    #expect(load.problems.map(\.description) == expected)
    #expect(load.workspace?.locations.isEmpty == true)
    #expect(load.disabledLocations.map(\.name) == ["ml"])
    #expect(load.disabledLocations.first?.problems == load.problems)
  }
}
