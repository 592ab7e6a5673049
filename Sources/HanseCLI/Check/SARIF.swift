import HanseModel
import HanseSystem

/// Diagnostics in the form that code scanning reads: SARIF 2.1.0 (OASIS, 27 March 2020).
struct SARIF: Sendable {
  var diagnostics: [Diagnostic]
  var version: String
  /// The absolute path that places in the file are shown relative to.
  var root: String
  /// Where a diagnostic without a place of its own is shown: the workspace file.
  var workspaceFile: String

  init(
    diagnostics: [Diagnostic],
    version: String,
    root: String,
    workspaceFile: String
  ) {
    self.diagnostics = diagnostics
    self.version = version
    self.root = root
    self.workspaceFile = workspaceFile
  }

  var json: JSONValue {
    [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": driver],
          "columnKind": "unicodeCodePoints",
          "originalUriBaseIds": ["ROOT": ["uri": .string(Self.uri(ofDirectory: root))]],
          "results": .array(diagnostics.map(result)),
        ]
      ],
    ]
  }

  private var codes: [Diagnostic.Code] {
    Diagnostic.Code.allCases.filter { code in diagnostics.contains { $0.code == code } }
  }

  private var driver: JSONValue {
    [
      "name": "hanse",
      "semanticVersion": .string(version),
      "rules": .array(
        codes.map { code in
          [
            "id": .string(code.rawValue),
            "shortDescription": ["text": .string(CheckMessages.rule(code))],
          ]
        }
      ),
    ]
  }

  private func result(_ diagnostic: Diagnostic) -> JSONValue {
    var properties: [JSONValue.Member] = []
    if let location = diagnostic.location {
      properties.append(.init("location", .string(location.text)))
    }
    if let asset = diagnostic.asset { properties.append(.init("asset", .string(asset.path))) }
    var members: [JSONValue.Member] = [
      .init("ruleId", .string(diagnostic.code.rawValue)),
      .init("ruleIndex", .integer(Int64(codes.firstIndex(of: diagnostic.code) ?? 0))),
      .init("level", .string(diagnostic.severity.rawValue)),
      .init("message", ["text": .string("\(diagnostic.message)\nFix: \(diagnostic.fix)")]),
      .init("locations", [["physicalLocation": place(of: diagnostic)]]),
    ]
    if !properties.isEmpty { members.append(.init("properties", .object(properties))) }
    return .object(members)
  }

  private func place(of diagnostic: Diagnostic) -> JSONValue {
    let file = diagnostic.source?.file ?? workspaceFile
    let line = max(1, diagnostic.source?.line ?? 1)
    var region: [JSONValue.Member] = [.init("startLine", .integer(Int64(line)))]
    if let column = diagnostic.source?.column, column > 0 {
      region.append(.init("startColumn", .integer(Int64(column))))
    }
    return ["artifactLocation": artifact(file), "region": .object(region)]
  }

  private func artifact(_ file: String) -> JSONValue {
    let prefix = root.hasSuffix("/") ? root : root + "/"
    if file.hasPrefix(prefix) {
      let relative = String(file.dropFirst(prefix.count))
      return ["uri": .string(Self.escaped(relative)), "uriBaseId": "ROOT"]
    }
    if Paths.isAbsolute(file) { return ["uri": .string("file://" + Self.escaped(file))] }
    return ["uri": .string(Self.escaped(file))]
  }

  private static func uri(ofDirectory path: String) -> String {
    "file://" + escaped(path.hasSuffix("/") ? path : path + "/")
  }

  /// A path with everything percent-encoded that RFC 3986 does not allow in one.
  private static func escaped(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      if isPlain || "/-._~".unicodeScalars.contains(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}
