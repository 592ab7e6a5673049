/// A number in a definition with which no step can be run.
package enum SettingProblem: Hashable, Sendable, CustomStringConvertible {
  case timeout(milliseconds: Int64)
  case retries(Int)
  case retryDelay(milliseconds: Int64)
  case pool(String, units: Int)

  /// What it has, as the rest of a sentence about an asset, its operation or a check.
  package var description: String {
    switch self {
    case .timeout(let milliseconds): "has a timeout of \(milliseconds) ms"
    case .retries(let count): "is to be tried again \(count) times"
    case .retryDelay(let milliseconds): "has a retry delay of \(milliseconds) ms"
    case .pool(let name, let units): "takes \(units) units of pool \"\(name)\""
    }
  }

  /// What to do about it.
  package var fix: String {
    switch self {
    case .timeout: "give it at least 1 ms, or leave the timeout out"
    case .retries: "give it 0 or more retries, or leave the retries out"
    case .retryDelay: "give it a delay of 0 ms or more, or leave the delay out"
    case .pool: "take at least one, or leave the pool out"
    }
  }

  /// All that is wrong with what a step is run with, in a fixed order.
  ///
  /// - Parameters:
  ///   - retry: How often it is tried again.
  ///   - timeoutMilliseconds: How long one try may take.
  ///   - pools: What it takes of each pool.
  /// - Returns: None for settings that can be used.
  package static func all(
    retry: RetryPolicy?,
    timeoutMilliseconds: Int64?,
    pools: [String: Int] = [:]
  ) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    if let timeoutMilliseconds, timeoutMilliseconds < 1 {
      problems.append(.timeout(milliseconds: timeoutMilliseconds))
    }
    if let retry, retry.maxRetries < 0 { problems.append(.retries(retry.maxRetries)) }
    if let retry, retry.delayMilliseconds < 0 {
      problems.append(.retryDelay(milliseconds: retry.delayMilliseconds))
    }
    // Nearly no asset takes any, and a merge asks for each.
    if pools.isEmpty { return problems }
    for (name, units) in pools.sorted(by: { $0.key < $1.key }) where units < 1 {
      problems.append(.pool(name, units: units))
    }
    return problems
  }
}

extension AssetDefinition {
  package var settingProblems: [SettingProblem] {
    SettingProblem.all(retry: retry, timeoutMilliseconds: timeoutMilliseconds, pools: pools)
  }
}

extension CheckDefinition {
  package var settingProblems: [SettingProblem] {
    SettingProblem.all(retry: retry, timeoutMilliseconds: timeoutMilliseconds)
  }
}
