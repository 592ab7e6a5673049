// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "climate",
  dependencies: [.package(name: "Hanse", path: "../..")],
  targets: [
    .executableTarget(
      name: "climate",
      dependencies: [.product(name: "Hanse", package: "Hanse")],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
    .testTarget(
      name: "ClimateTests",
      dependencies: ["climate"],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
  ]
)
