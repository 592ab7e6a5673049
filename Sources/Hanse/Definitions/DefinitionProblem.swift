public import HanseModel

/// Something that is wrong with a location's definitions.
public struct DefinitionProblem: Hashable, Sendable, CustomStringConvertible {
  public var message: String
  /// What to do about it.
  public var fix: String
  /// Where the definition is written.
  public var source: SourcePlace?

  init(_ message: String, fix: String, source: SourcePlace?) {
    self.message = message
    self.fix = fix
    self.source = source
  }

  public var description: String {
    let place = source.map { "\($0): " } ?? ""
    return "\(place)\(message); \(fix)"
  }
}

extension Definitions {
  /// All that is wrong with these definitions, in the order in which they are written.
  ///
  /// Good definitions have none: a test that says so finds most mistakes before the host does.
  public var problems: [DefinitionProblem] {
    var ownAssets: Set<AssetKey> = Set(minimumCapacity: elements.count)
    for case .operation(let operation) in elements {
      for output in operation.outputs { ownAssets.insert(output.key) }
    }
    var search = ProblemSearch(ownAssets: ownAssets)
    for element in elements {
      switch element {
      case .operation(let operation): search.look(at: operation)
      case .check(let check): search.look(at: check.definition)
      case .resource(let resource): search.look(at: resource)
      case .storage(let storage): search.look(at: storage)
      }
    }
    return search.isInOrder ? search.problems : search.problems + CycleReport.problems(in: wire)
  }
}

/// Looks at one definition after the other, remembering the names it has seen.
private struct ProblemSearch {
  let ownAssets: Set<AssetKey>
  private(set) var problems: [DefinitionProblem] = []
  /// Whether everything was defined after all that it depends on: then there is no cycle.
  private(set) var isInOrder = true
  private var assets: [AssetKey: SourcePlace] = [:]
  private var operations: [String: SourcePlace] = [:]
  private var checks: [StepKey: SourcePlace?] = [:]
  private var resources: [String: String] = [:]
  private var storages: Set<String> = []

  init(ownAssets: Set<AssetKey>) { self.ownAssets = ownAssets }

  mutating func look(at operation: AssetOperation) {
    if let name = operation.name { look(atName: name, of: operation) }
    for dependency in operation.dependencies
    where assets[dependency.key] == nil && ownAssets.contains(dependency.key) {
      isInOrder = false
    }
    for output in operation.outputs {
      let source = output.source ?? operation.source
      if let problem = output.key.problem {
        report(
          "\"\(output.key)\" is no asset key: \(problem)",
          fix: "write segments of A-Z a-z 0-9 _ . - joined by \"/\"",
          source
        )
      }
      if let first = assets[output.key] {
        report(
          "asset \"\(output.key)\" is defined twice, first at \(first)",
          fix: "remove one, or give it another key",
          source
        )
      } else {
        assets[output.key] = source
      }
    }
    for dependency in operation.dependencies {
      guard let problem = dependency.key.problem else { continue }
      report(
        "\(operation.title) names the upstream \"\(dependency.key)\", which is no asset key:"
          + " \(problem)",
        fix: "write the key as its owner does",
        operation.source
      )
    }
    let settings = operation.settings
    let problems = SettingProblem.all(
      retry: settings.retry,
      timeoutMilliseconds: settings.timeout?.wholeMilliseconds,
      pools: settings.pools
    )
    for problem in problems {
      report("\(operation.title) \(problem)", fix: problem.fix, operation.source)
    }
  }

  private mutating func look(atName name: String, of operation: AssetOperation) {
    if operation.outputs.isEmpty {
      report("multi-asset \"\(name)\" has no outputs", fix: "name some", operation.source)
    }
    if let first = operations[name] {
      report(
        "multi-asset \"\(name)\" is defined twice, first at \(first)",
        fix: "give one another name",
        operation.source
      )
    } else {
      operations[name] = operation.source
    }
  }

  mutating func look(at check: CheckDefinition) {
    if check.name.isEmpty || check.name.contains(":") {
      report(
        "check \"\(check.name)\" of asset \"\(check.asset)\" has no usable name",
        fix: "write at least one character, and no \":\"",
        check.source
      )
    }
    for problem in check.settingProblems {
      report(
        "check \"\(check.name)\" of asset \"\(check.asset)\" \(problem)",
        fix: problem.fix,
        check.source
      )
    }
    if !ownAssets.contains(check.asset) {
      let nearest = Spelling.nearest(to: check.asset.path, among: ownAssets.map(\.path).sorted())
      report(
        "check \"\(check.name)\" is on asset \"\(check.asset)\","
          + " which this location does not define",
        fix: nearest.map { "did you mean \"\($0)\"?" }
          ?? "define the check in the location that owns the asset",
        check.source
      )
    }
    if let first = checks[check.stepKey] {
      report(
        "check \"\(check.name)\" of asset \"\(check.asset)\" is defined twice"
          + (first.map { ", first at \($0)" } ?? ""),
        fix: "give one another name",
        check.source
      )
    } else {
      checks[check.stepKey] = check.source
    }
  }

  mutating func look(at resource: ResourceDeclaration) {
    if let type = resources[resource.name], type != resource.typeName {
      report(
        "resource \"\(resource.name)\" is defined as \(type) and as \(resource.typeName)",
        fix: "give one another name",
        nil
      )
    }
    resources[resource.name] = resource.typeName
  }

  mutating func look(at storage: Storage) {
    if !storages.insert(storage.name).inserted {
      report("storage \"\(storage.name)\" is defined twice", fix: "give one another name", nil)
    }
  }

  private mutating func report(_ message: String, fix: String, _ source: SourcePlace?) {
    problems.append(DefinitionProblem(message, fix: fix, source: source))
  }
}
