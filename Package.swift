// swift-tools-version: 6.2

import Foundation
import PackageDescription

/// What every target is compiled with: warnings are errors, unsafe memory is marked, imports are
/// exact.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

func library(
  _ name: String,
  _ dependencies: [Target.Dependency] = [],
  exclude: [String] = [],
  libraries: [String] = []
) -> Target {
  .target(
    name: name,
    dependencies: dependencies,
    exclude: exclude,
    swiftSettings: strict,
    linkerSettings: libraries.map { .linkedLibrary($0) }
  )
}

func executable(
  _ name: String,
  _ dependencies: [Target.Dependency],
  path: String? = nil
) -> Target {
  .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

func tests(
  _ name: String,
  _ dependencies: [Target.Dependency],
  exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "Hanse",
  products: [
    .library(name: "Hanse", targets: ["Hanse"]),
    .executable(name: "hanse", targets: ["HanseCLI"]),
    .executable(name: "hanse-bench", targets: ["HanseBench"]),
    .executable(name: "hanse-simulate", targets: ["HanseSimulate"]),
    .library(name: "HanseTesting", targets: ["HanseTesting"]),
    .executable(name: "chaos-location", targets: ["ChaosLocation"]),
  ],
  targets: [
    // System libraries, and what the Glibc module lacks.
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CMicrohttpd",
      pkgConfig: "libmicrohttpd",
      providers: [.apt(["libmicrohttpd-dev"])]
    ),
    .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
    .target(name: "CPosix"),

    // The domain, the protocol, the operating system.
    library("HanseModel", libraries: ["m"]),
    // One graph, one selection language, one planner: for the host, and for a laptop without one.
    library("HanseGraph", ["HanseModel"]),
    .target(
      name: "HanseWire",
      dependencies: ["HanseModel"],
      exclude: ["Schemas"],
      swiftSettings: strict
    ),
    library("HanseSystem", ["CPosix"]),

    // What teams link.
    library("Hanse", ["HanseModel", "HanseGraph", "HanseWire", "HanseSystem"]),

    // The control plane.
    library("HanseCore", ["HanseModel", "HanseGraph"]),
    library("HanseWorkspace", ["HanseModel", "HanseSystem"]),
    library("HanseStore", ["HanseModel", "CSQLite"]),
    library(
      "HanseHost",
      [
        "HanseModel", "HanseGraph", "HanseWire", "HanseSystem", "HanseCore", "HanseWorkspace",
        "HanseStore", "CNettle",
      ]
    ),
    library(
      "HanseAPI",
      [
        "HanseModel", "HanseGraph", "HanseSystem", "HanseCore", "HanseWorkspace", "HanseStore",
        "HanseHost", "CMicrohttpd",
      ]
    ),
    // The command is called `hanse`; a module of that name beside `Hanse` would not survive a file
    // system that ignores case.
    executable(
      "HanseCLI",
      [
        "HanseModel", "HanseGraph", "HanseSystem", "HanseCore", "HanseWorkspace", "HanseStore",
        "HanseHost", "HanseAPI", "HanseFaults", "HanseTesting",
      ]
    ),

    // How isolation is proved: the catalogue of faults, a location that commits them, and what
    // looks at the consequences.
    library("HanseFaults"),
    executable(
      "ChaosLocation",
      ["Hanse", "HanseFaults", "HanseModel", "HanseSystem", "HanseWire"]
    ),
    library(
      "HanseTesting",
      [
        "Hanse", "HanseFaults", "HanseModel", "HanseGraph", "HanseWire", "HanseSystem", "HanseCore",
        "HanseWorkspace", "HanseStore", "HanseHost",
      ]
    ),

    // The control plane in a world made from a seed.
    library("HanseSimulator", ["HanseModel", "HanseGraph", "HanseCore"]),
    executable("HanseSimulate", ["HanseModel", "HanseSystem", "HanseSimulator"]),

    // What is measured, and the location that is measured with it.
    executable(
      "HanseBench",
      [
        "HanseModel", "HanseGraph", "HanseWire", "HanseSystem", "HanseCore", "HanseWorkspace",
        "HanseStore", "HanseHost", "HanseAPI",
      ]
    ),
    executable("BenchLocation", ["Hanse", "HanseSystem"]),

    // Tests.
    tests("HanseBenchTests", ["HanseBench"]),
    tests(
      "HanseCLITests",
      [
        "HanseCLI", "HanseAPI", "HanseHost", "HanseModel", "HanseStore", "HanseSystem",
        "FixtureLocation",
      ],
      exclude: ["Snapshots"]
    ),
    tests("HanseModelTests", ["HanseModel", "HanseSystem"]),
    tests(
      "HanseWireTests",
      ["HanseWire", "HanseModel", "HanseSystem"],
      exclude: ["validate_messages.py"]
    ),
    tests("HanseSystemTests", ["HanseSystem"]),
    tests(
      "HanseTests",
      ["Hanse", "HanseModel", "HanseWire", "HanseSystem", "FixtureLocation"]
    ),
    // A location that can be told to misbehave, for the tests of both sides.
    executable(
      "FixtureLocation",
      ["Hanse", "HanseSystem"],
      path: "Tests/FixtureLocation"
    ),
    tests(
      "HanseAPITests",
      [
        "HanseAPI", "HanseGraph", "HanseHost", "HanseModel", "HanseStore", "HanseSystem",
        "HanseWorkspace", "FixtureLocation", "HostFixture",
      ],
      exclude: ["validate_answers.py"]
    ),
    // A host on a workspace, for the tests that kill one.
    executable(
      "HostFixture",
      [
        "HanseAPI", "HanseHost", "HanseGraph", "HanseModel", "HanseStore", "HanseWorkspace",
        "HanseSystem",
      ],
      path: "Tests/HostFixture"
    ),
    tests(
      "HanseHostTests",
      [
        "HanseHost", "HanseCore", "HanseGraph", "HanseModel", "HanseStore", "HanseWorkspace",
        "HanseSystem", "FixtureLocation", "HostFixture",
      ]
    ),
    tests("HanseGraphTests", ["HanseGraph", "HanseModel", "HanseSystem"]),
    tests(
      "HanseCoreTests",
      ["HanseCore", "HanseGraph", "HanseModel", "HanseSimulator", "HanseSystem"]
    ),
    tests(
      "HanseSimulatorTests",
      [
        "HanseSimulator", "HanseSimulate", "HanseCore", "HanseGraph", "HanseModel", "HanseSystem",
      ]
    ),
    tests("HanseWorkspaceTests", ["HanseWorkspace", "HanseModel", "HanseSystem"]),
    tests("HanseStoreTests", ["HanseStore", "HanseModel", "HanseSystem"]),
    tests(
      "HanseTestingTests",
      [
        "HanseTesting", "HanseFaults", "HanseModel", "HanseWire", "HanseSystem", "HanseCore",
        "HanseHost", "HanseWorkspace", "HanseCLI", "ChaosLocation", "FixtureLocation",
      ]
    ),
    tests("TidyTests", []),
  ]
)

// A whole run of the tests builds twice: what is concurrent under the thread sanitizer, and the rest
// without it, so that no test is compiled in both. Otherwise everything is built.
//
// In the targets that run under the sanitizer, what moves megabytes through one thread lies in a folder
// `Large` and runs without it; the command's tests in which its own threads work together lie in
// `Concurrent`, and run under it.
let sanitized: Set = [
  "HanseHostTests", "HanseAPITests", "HanseTests", "HanseStoreTests", "HanseSystemTests",
]
let withLarge: Set = ["HanseAPITests", "HanseTests", "HanseStoreTests"]
/// What a target leaves out that has only some of its folders.
func all(of target: Target, but kept: Set<String>) -> [String] {
  let folder = "\(Context.packageDirectory)/\(target.path ?? "Tests/\(target.name)")"
  let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return found.filter { !kept.contains($0) }.sorted()
}
switch Context.environment["HANSE_BUILDS"] {
case "concurrent":
  let others: Set = [
    "HanseBench", "BenchLocation", "HanseBenchTests", "HanseSimulator", "HanseSimulate",
    "HanseSimulatorTests", "HanseCoreTests", "HanseGraphTests", "HanseModelTests", "HanseWireTests",
    "HanseWorkspaceTests", "HanseTestingTests", "ChaosLocation", "TidyTests",
  ]
  package.targets.removeAll { others.contains($0.name) }
  package.products.removeAll {
    ["hanse-bench", "hanse-simulate", "chaos-location"].contains($0.name)
  }
  package.targets.append(.target(name: "SanitizerOptions", path: "Tests/SanitizerOptions"))
  for target in package.targets {
    if ["HanseCLI", "FixtureLocation", "HostFixture"].contains(target.name) {
      target.dependencies.append("SanitizerOptions")
    }
    if withLarge.contains(target.name) { target.exclude.append("Large") }
    if target.name == "HanseCLITests" {
      target.exclude = all(of: target, but: ["Concurrent", "Support"])
    }
  }
case "rest":
  package.targets.removeAll { sanitized.subtracting(withLarge).contains($0.name) }
  for target in package.targets {
    if withLarge.contains(target.name) {
      target.exclude = all(of: target, but: ["Large", "Support"])
    }
    if target.name == "HanseCLITests" { target.exclude.append("Concurrent") }
  }
default: break
}
