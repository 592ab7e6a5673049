// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "observatory",
  dependencies: [.package(name: "Hanse", path: "../..")],
  targets: [
    .executableTarget(
      name: "observatory",
      dependencies: [.product(name: "Hanse", package: "Hanse")],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
    .testTarget(
      name: "ObservatoryTests",
      dependencies: ["observatory"],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
  ]
)
