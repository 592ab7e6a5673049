import Hanse
import HanseModel
import HanseWire
import Synchronization
import Testing

struct ResourceTests {
  private func reader<Value: Sendable>(
    _ resource: Resource<Value>,
    key: AssetKey = "a"
  ) -> Asset<String> {
    Asset(key) { context in "\(try await context.resource(resource))" }
  }

  @Test(.timeLimit(.minutes(10)))
  func `many who ask at once share one opening`() async throws {
    let openings = Told<Int>()
    let asked = Told<Int>()
    let gate = Gate()
    let resource = Resource("db") { environment in
      openings.append(1)
      try await gate.wait()
      return "connection"
    }
    let definitions = Definitions {
      for index in 0..<20 {
        Asset("part\(index)") { context in
          asked.append(index)
          if asked.all.count == 20 { gate.open() }
          return try await context.resource(resource)
        }
      }
    }
    let result = try await materialize(definitions, concurrentSteps: 20)
    #expect(result.succeeded)
    #expect(openings.all == [1])
  }

  @Test(.timeLimit(.minutes(10)))
  func `an opening that never ends is canceled at the end, and what is open is closed`()
    async throws
  {
    let said = Told<String>()
    let sound = Resource("sound") { _ in
      "sound"
    } close: {
      said.append("closed \($0)")
    }
    let never = Gate()
    let hanging = Resource("hanging") { _ in
      do {
        try await never.wait()
      } catch {
        said.append("canceled")
        throw error
      }
      return "hanging"
    }
    let definitions = Definitions {
      Asset("sound") { context in try await context.resource(sound) }
      Asset("hanging") { context in try await context.resource(hanging) }
        .timeout(.milliseconds(50))
    }
    let result = try await materialize(definitions)
    #expect(!result.succeeded)
    #expect(said.all.sorted() == ["canceled", "closed sound"])
  }

  @Test func `resources are closed in the reverse of the order of opening`() async throws {
    let said = Told<String>()
    func resource(_ name: String) -> Resource<String> {
      Resource(name) { environment in
        said.append("open \(name)")
        return name
      } close: { value in
        said.append("close \(value)")
      }
    }
    let first = resource("first")
    let second = resource("second")
    let both = Asset("both") { context in
      _ = try await context.resource(first)
      _ = try await context.resource(second)
      return try await context.resource(first)
    }
    let result = try await materialize(both)
    #expect(result.succeeded)
    #expect(said.all == ["open first", "open second", "close second", "close first"])
  }

  @Test func `a replaced resource is neither opened nor closed`() async throws {
    let said = Told<String>()
    let resource = Resource("db") { environment in
      said.append("open")
      return 1
    } close: { _ in
      said.append("close")
    }
    let asset = reader(resource)
    let result = try await materialize(asset, resources: [resource.replaced(with: 7)])
    #expect(try await result.value(of: asset) == "7")
    #expect(said.all == [])
  }

  @Test func `a missing variable names the resource, the variable and the place to set it`()
    async throws
  {
    let resource = Resource("db") { environment in try environment.require("DB_URL") }
    let result = try await materialize(reader(resource), environment: [:])
    #expect(
      result.failures["a"]
        == StepFailure(
          .resource,
          message: "resource \"db\" could not be opened: the environment variable \"DB_URL\" is not"
            + " set; set it under \"environment\" of the location in workspace.json, or in the shell",
          errorType: "ResourceError"
        )
    )
  }

  @Test func `a failed opening is tried anew by the next who asks`() async throws {
    let openings = Told<Int>()
    let resource = Resource("db") { environment in
      openings.append(1)
      if openings.all.count == 1 { throw PermanentError("refused") }
      return 1
    }
    let asset = reader(resource).retry(maxRetries: 1)
    let result = try await materialize(asset)
    #expect(result.succeeded)
    #expect(openings.all.count == 2)
  }

  @Test func `an opening that fails with an error of resources is tried anew too`() async throws {
    let openings = Told<Int>()
    let resource = Resource("db") { environment in
      openings.append(1)
      if openings.all.count == 1 { throw ResourceError(resource: "other", reason: "is not there") }
      return "connection"
    }
    let result = try await materialize(reader(resource).retry(maxRetries: 1))
    #expect(result.succeeded)
    #expect(openings.all == [1, 1])
  }

  @Test func `two resources of one name and different types are told apart`() async throws {
    let number = Resource("db") { environment in 1 }
    let text = Resource("db") { environment in "one" }
    let asset = Asset("a") { context in
      _ = try await context.resource(number)
      return try await context.resource(text)
    }
    let result = try await materialize(asset)
    #expect(
      result.failures["a"]?.message
        == "resource \"db\" is a Int, but is used as a String; give the two resources different names"
    )
  }

  @Test func `a failed closing is told and does not stop the others`() async throws {
    let said = Told<String>()
    let first = Resource("first") { environment in
      1
    } close: { _ in
      said.append("closed")
    }
    let second = Resource("second") { environment in
      2
    } close: { _ in
      throw PermanentError("stuck")
    }
    let both = Asset("both") { context in
      try await context.resource(first) + context.resource(second)
    }
    let result = try await materialize(both)
    #expect(result.succeeded)
    #expect(result.resourceErrors == ["resource \"second\" could not be closed: stuck"])
    #expect(said.all == ["closed"])
  }

  @Test(.timeLimit(.minutes(10)))
  func `one who is canceled while waiting leaves the opening to the others`() async throws {
    let opening = Gate()
    let asking = Gate()
    let resource = Resource("db") { environment in
      asking.open()
      try await opening.wait()
      return "connection"
    }
    let runtime = LocationRuntime {
      reader(resource, key: "a")
      reader(resource, key: "b")
    }
    let canceled = Task { await runtime.attempt("a") }
    try await asking.wait()
    canceled.cancel()
    #expect(await canceled.value.outcome == .canceled)
    opening.open()
    #expect(await runtime.attempt("b").outcome == .succeeded)
    await runtime.closeResources()
    #expect(
      await runtime.attempt("b").failure?.message
        == "resource \"db\" cannot be opened: the location is shutting down"
    )
  }
}
