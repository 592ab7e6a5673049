public import HanseModel

/// How the step that makes an asset, or runs a check, is run.
public struct StepSettings: Sendable {
  public var retry: RetryPolicy?
  public var timeout: Duration?
  /// Units taken from each named pool while the step runs.
  public var pools: [String: Int] = [:]
  /// What becomes of the step when a limit is hit.
  public var onLimit: OnLimit?
  /// The type of the configuration that the step takes.
  public var config: (any RunConfig.Type)?

  public init() {}
}

/// Something that is tried, and tried again: an ``Asset``, a ``MultiAsset`` or a ``Check``.
public protocol Attempted {
  var settings: StepSettings { get set }
}

/// Something that takes its share of the workspace: an ``Asset`` or a ``MultiAsset``.
public protocol Runnable: Attempted {}

extension Attempted {
  /// Tries a failed step again, up to `maxRetries` times.
  ///
  /// - Parameters:
  ///   - maxRetries: Tries after the first one.
  ///   - delay: The time before the first retry.
  ///   - backoff: How the delay grows from retry to retry.
  ///   - jitter: The greatest part of the delay, from 0 to 1, by which it is changed at random.
  /// - Returns: A changed copy.
  public func retry(
    maxRetries: Int,
    delay: Duration = .zero,
    backoff: RetryPolicy.Backoff = .constant,
    jitter: Double = 0
  ) -> Self {
    changed {
      $0.retry = RetryPolicy(
        maxRetries: maxRetries,
        delay: delay,
        backoff: backoff,
        jitter: jitter
      )
    }
  }

  /// Cancels an attempt that takes longer, and counts it as failed.
  public func timeout(_ duration: Duration) -> Self { changed { $0.timeout = duration } }

  fileprivate func changed(_ change: (inout StepSettings) -> Void) -> Self {
    var copy = self
    change(&copy.settings)
    return copy
  }
}

extension Runnable {
  /// Takes units from a pool that the workspace limits, for as long as the step runs.
  public func pool(_ name: String, units: Int = 1) -> Self {
    changed { $0.pools[name] = units }
  }

  /// Says what becomes of the step when a limit keeps it from starting at once; without this it waits.
  ///
  /// A run may say otherwise for all of its steps.
  public func onLimit(_ policy: OnLimit) -> Self { changed { $0.onLimit = policy } }

  /// Declares the configuration that a run may give the step.
  ///
  /// Its JSON Schema is served with the definitions; the body reads it with
  /// ``AssetContext/config(_:)``.
  public func config(_ type: (some RunConfig).Type) -> Self { changed { $0.config = type } }
}

extension Duration {
  /// The duration in whole minutes.
  public static func minutes(_ minutes: some BinaryInteger) -> Duration { .seconds(minutes) * 60 }

  /// The duration in whole hours.
  public static func hours(_ hours: some BinaryInteger) -> Duration { .seconds(hours) * 3600 }
}
