import Testing

@testable import HanseAPI

/// Where a path that leads nowhere was meant to lead.
struct RouteTests {
  @Test(arguments: [
    ("/api/v1/asets", "/api/v1/assets"),
    ("/api/v1/asets/shop/orders", "/api/v1/assets/shop/orders"),
    ("/api/v1/runs/", "/api/v1/runs"),
    ("/runs/7f3k", "/api/v1/runs/7f3k"),
    ("/api/runs", "/api/v1/runs"),
    ("/api/v2/queues/default/waiting", "/api/v1/queues/default/waiting"),
    ("/api/v1/locations/pl/restrat", "/api/v1/locations/pl/restart"),
    ("/api/v1/locations/pl/limits/puase", "/api/v1/locations/pl/limits/pause"),
    ("/api/v1/run/7f3k/cancel", "/api/v1/runs/7f3k/cancel"),
    ("/api/v1/workspace/limit/set", "/api/v1/workspace/limits/set"),
    ("/api/v1/step/cancel", "/api/v1/steps/cancel"),
    ("/health", "/healthz"),
    ("/healthz/", "/healthz"),
  ])
  func `a path with one wrong word is told with the right one`(path: String, meant: String) {
    #expect(Route(path: path) == nil)
    #expect(Route(path: meant) != nil)
    #expect(Route.nearest(to: path) == meant)
  }

  @Test(arguments: [
    "/", "/api", "/api/v1", "/api/v1/", "/api/v1/locations/pl/bounce", "/api/v1/logs/pl",
    "/api/v1/runs/7f3k/steps/3", "/favicon.ico", "/metrics",
  ])
  func `a path that is near to none is told with where to look`(path: String) {
    #expect(Route.nearest(to: path) == nil)
    #expect(
      Problem.unknownRoute(path, nearest: nil).detail
        == "there is nothing at \(path); /api/v1/openapi.json describes every route, and /healthz "
        + "tells how the host is"
    )
  }
}
