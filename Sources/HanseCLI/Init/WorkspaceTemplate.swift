/// The files of a new workspace.
struct WorkspaceTemplate: Hashable, Sendable {
  struct File: Hashable, Sendable {
    /// Relative to the workspace's directory.
    var path: String
    var text: String
  }

  /// The name of the workspace.
  var name: String
  /// The absolute path of the checkout of Hanse that the package depends on.
  var hanse: String

  init(name: String, hanse: String) {
    self.name = name
    self.hanse = hanse
  }

  var files: [File] {
    [
      File(path: "workspace.json", text: workspace),
      File(path: "README.md", text: readme),
      File(path: ".gitignore", text: Self.ignored),
      File(path: "locations/shop/Package.swift", text: package),
      File(path: "locations/shop/Sources/Shop/ShopLocation.swift", text: Self.location),
      File(path: "locations/shop/Tests/ShopTests/ShopTests.swift", text: Self.tests),
    ]
  }

  private var workspace: String {
    """
    // Which code locations make up this workspace, and what each may use.
    {
      "version": 1,
      "name": \(Self.quoted(name)),

      "locations": [
        {
          "name": "shop",
          // Relative to this file. `swift build --package-path locations/shop` makes it.
          "executable": "locations/shop/.build/debug/shop",
          // No other location may define assets whose keys begin so.
          "owns": ["shop/*"]
        }
      ]
    }

    """
  }

  private var package: String {
    """
    // swift-tools-version: 6.2

    import PackageDescription

    let package = Package(
      name: "shop",
      products: [.executable(name: "shop", targets: ["Shop"])],
      dependencies: [.package(name: "Hanse", path: \(Self.quoted(hanse)))],
      targets: [
        .executableTarget(name: "Shop", dependencies: [.product(name: "Hanse", package: "Hanse")]),
        .testTarget(
          name: "ShopTests",
          dependencies: ["Shop", .product(name: "Hanse", package: "Hanse")]
        ),
      ]
    )

    """
  }

  private static let location = """
    import Hanse

    /// One order, as the till recorded it.
    struct Order: Codable, Sendable {
      var day: String
      var item: String
      var cents: Int
    }

    /// Where the data comes from: put your own source in here.
    let orders = Asset("shop/orders") { context in
      let orders = [
        Order(day: "2010-07-04", item: "anchor", cents: 12_50),
        Order(day: "2010-07-04", item: "rope", cents: 3_20),
        Order(day: "2010-07-05", item: "lantern", cents: 8_00),
      ]
      context.addMetadata("rows", orders.count)
      return orders
    }
    .description("Every order of the shop")
    .group("sales")

    /// Made from the orders: a dependency is an argument, with its type.
    let revenue = Asset("shop/revenue", from: orders) { context, orders in
      var cents: [String: Int] = [:]
      for order in orders { cents[order.day, default: 0] += order.cents }
      context.addMetadata("days", cents.count)
      return cents
    }
    .description("What each day brought, in cents")
    .group("sales")

    func withoutPrice(_ orders: [Order]) -> [Order] { orders.filter { $0.cents <= 0 } }

    /// Runs after the orders were made; while it fails, nothing is made from them.
    let everythingHasAPrice = Check("everything_has_a_price", on: orders, blocking: true) {
      _, orders in
      let free = withoutPrice(orders)
      return free.isEmpty ? .passed() : .failed("\\(free.count) orders have no price")
    }

    @main struct ShopLocation: CodeLocation {
      var definitions: Definitions {
        orders
        revenue
        everythingHasAPrice
      }
    }

    """

  private static let tests = """
    import Hanse
    import Testing

    @testable import Shop

    @Test func `revenue adds up the orders of a day`() async throws {
      let result = try await materialize(ShopLocation())
      #expect(result.succeeded)
      #expect(try await result.value(of: revenue) == ["2010-07-04": 1570, "2010-07-05": 800])
      #expect(result.check("everything_has_a_price", on: orders)?.passed == true)
    }

    @Test func `an order without a price is found`() {
      let gift = Order(day: "2010-07-04", item: "gift", cents: 0)
      let rope = Order(day: "2010-07-04", item: "rope", cents: 3_20)
      #expect(withoutPrice([gift, rope]).map(\\.item) == ["gift"])
    }

    """

  private static let ignored = """
    .build/
    .hanse/

    """

  private var readme: String {
    """
    # \(name)

    A workspace of data assets, run by Hanse. `workspace.json` names the code locations: programs of
    their own, each with its own assets, in `locations/`.

    ```sh
    swift build --package-path locations/shop   # build the one location
    hanse materialize '*'                       # make everything
    hanse assets                                # what there is, and when it was made
    hanse dev                                   # keep it running, with its API
    swift test --package-path locations/shop    # test the location without a host
    ```

    Next: change `locations/shop/Sources/Shop/ShopLocation.swift`, build, and run `hanse check`.

    """
  }

  /// A string of JSON and of Swift alike.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return result + "\""
  }
}
