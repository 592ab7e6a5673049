import HanseModel
import HanseSystem

/// What `hanse materialize` is asked to launch.
enum RunArguments {
  private static let configLimitBytes = 8 << 20

  static func request(_ invocation: Invocation) throws -> RunRequest {
    RunRequest(
      selection: invocation.text,
      partition: try partition(invocation.value("partition")),
      config: try config(invocation.allValues("config")),
      tags: try tags(invocation.allValues("tag")),
      queue: invocation.value("queue"),
      priority: invocation.number("priority") ?? 0,
      onLimit: invocation.value("on-limit").flatMap { OnLimit(rawValue: $0) },
      trigger: "cli"
    )
  }

  static func partition(_ given: String?) throws(UsageError) -> PartitionKey? {
    guard let key = given.map({ PartitionKey($0) }) else { return nil }
    if let problem = key.problem {
      throw .invalid(RunMessages.badPartition(key, problem), command: .materialize)
    }
    return key
  }

  static func tags(_ given: [String]) throws(UsageError) -> [String: String] {
    var tags: [String: String] = [:]
    for text in given {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw .invalid(RunMessages.badTag(text), command: .materialize)
      }
      tags[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return tags
  }

  /// Later ones replace earlier ones.
  static func config(_ given: [String]) throws(UsageError) -> [String: JSONValue] {
    var config: [String: JSONValue] = [:]
    for text in given {
      if text.hasPrefix("@") {
        for member in try file(String(text.dropFirst())) { config[member.name] = member.value }
        continue
      }
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw .invalid(RunMessages.badConfig(text), command: .materialize)
      }
      let key = String(text[..<equals])
      do throws(JSONError) {
        config[key] = try JSONValue(parsing: String(text[text.index(after: equals)...]))
      } catch {
        throw .invalid(RunMessages.badConfigValue(key, error), command: .materialize)
      }
    }
    return config
  }

  private static func file(_ path: String) throws(UsageError) -> [JSONValue.Member] {
    let reason: String
    do {
      let bytes = try Files.read(path, limitBytes: configLimitBytes)
      if let members = try JSONValue.decode(bytes).objectMembers { return members }
      reason = RunMessages.configFileForm
    } catch let error as SystemError {
      reason = RunMessages.unreadableConfigFile(error)
    } catch let error as JSONError {
      reason = RunMessages.noConfigJSON(error)
    } catch {
      reason = "\(error)"
    }
    throw .invalid(RunMessages.badConfigFile(path, reason), command: .materialize)
  }
}
