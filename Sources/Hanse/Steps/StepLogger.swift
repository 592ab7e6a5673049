public import HanseModel
import HanseWire

/// Logs into the run's events, with structured fields.
///
/// What a body prints is not lost either: it is in the location's compute log, but belongs to no
/// step there.
public struct StepLogger: Sendable {
  private let scope: AttemptScope

  init(_ scope: AttemptScope) { self.scope = scope }

  public func debug(_ message: String, _ fields: [String: any MetadataConvertible] = [:]) {
    log(.debug, message, fields)
  }

  public func info(_ message: String, _ fields: [String: any MetadataConvertible] = [:]) {
    log(.info, message, fields)
  }

  public func warning(_ message: String, _ fields: [String: any MetadataConvertible] = [:]) {
    log(.warning, message, fields)
  }

  public func error(_ message: String, _ fields: [String: any MetadataConvertible] = [:]) {
    log(.error, message, fields)
  }

  /// Logs at a level that is known only when the code runs.
  public func log(
    _ level: LogLevel,
    _ message: String,
    _ fields: [String: any MetadataConvertible] = [:]
  ) {
    let fields = fields.mapValues(\.metadataValue.logValue)
    scope.tell(.logged(LogRecord(level: level, message: message, fields: fields)))
  }
}
