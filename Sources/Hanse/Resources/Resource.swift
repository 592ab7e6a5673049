/// Something that assets share and that is dear to open: a connection, a client, a cache.
///
/// ```swift
/// let database = Resource("database") { environment in
///   try await Database.open(url: try environment.require("DB_URL"))
/// } close: { database in
///   await database.close()
/// }
///
/// let orders = Asset("finance/orders") { context in
///   try await context.resource(database).orders()
/// }
/// ```
///
/// It is opened once per process, when it is first asked for; whoever asks meanwhile waits for the
/// same opening. A failed opening is tried anew by the next who asks. At the end of the process, the
/// resources that were opened are closed in the reverse of that order, after the steps in flight
/// have ended. A body that does not end in its time of grace may still be using them, so they stay
/// open until the process is gone.
public struct Resource<Value: Sendable>: Sendable {
  public let name: String
  let open: @Sendable (Environment) async throws -> Value
  let close: @Sendable (Value) async throws -> Void

  /// A resource.
  ///
  /// - Parameters:
  ///   - name: Its name within the location: resources of the same name are the same resource.
  ///   - open: Makes the value.
  ///   - close: Lets go of it.
  public init(
    _ name: String,
    open: @escaping @Sendable (_ environment: Environment) async throws -> Value,
    close: @escaping @Sendable (_ value: Value) async throws -> Void = { _ in }
  ) {
    self.name = name
    self.open = open
    self.close = close
  }

  /// The same resource with another value, for a test or a run of its own.
  ///
  /// The value is neither opened nor closed.
  public func replaced(with value: Value) -> ResourceOverride {
    ResourceOverride(name: name, value: value)
  }
}

/// A value that takes the place of a resource's.
public struct ResourceOverride: Sendable {
  let name: String
  let value: any Sendable
}

/// A resource as the definitions list it.
package struct ResourceDeclaration: Sendable {
  package var name: String
  var typeName: String
}

extension Resource: DefinitionComponent {
  public var definitions: Definitions {
    Definitions(.resource(ResourceDeclaration(name: name, typeName: TypeName.of(Value.self))))
  }
}

/// Why a resource cannot be used.
public struct ResourceError: Error, Sendable, CustomStringConvertible {
  public var resource: String
  public var reason: String

  public init(resource: String, reason: String) {
    self.resource = resource
    self.reason = reason
  }

  public var description: String { "resource \"\(resource)\" \(reason)" }
}
