// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "forecast",
  dependencies: [.package(name: "Hanse", path: "../..")],
  targets: [
    .executableTarget(
      name: "forecast",
      dependencies: [.product(name: "Hanse", package: "Hanse")],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
    .testTarget(
      name: "ForecastTests",
      dependencies: ["forecast"],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
  ]
)
