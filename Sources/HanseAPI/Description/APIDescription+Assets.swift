import HanseGraph
import HanseModel

extension APIDescription {
  private static let dependencyKind = Shape.one(Dependency.Kind.allCases.map(\.rawValue))
  static let severity = Shape.one(CheckSeverity.allCases.map(\.rawValue))

  /// What is answered about assets and what they are made of.
  static let assets: [DocumentShape] = [
    DocumentShape(
      "Asset",
      "One asset: its definition, its place in the graph, and what was made of it last.",
      [
        .must("key", .text),
        .may("location", .text, "Absent for an external asset."),
        .may("group", .text), .may("description", .text, "Markdown for people."),
        .may("kinds", .list(.text)), .may("owners", .list(.text)), .may("tags", .map(.text)),
        .may("metadata", .map(.document("Metadata"))), .may("codeVersion", .text),
        .may("valueType", .text),
        .may("operation", .text, "Assets that name one operation are made together, in one step."),
        .may("retry", .document("Retry")), .may("timeoutMilliseconds", .integer),
        .may("pools", .map(.integer), "Units taken of each pool while its step runs."),
        .may("source", .document("SourcePlace")),
        .must("dependencies", .list(.document("Upstream"))),
        .must("downstreamCount", .integer),
        .may("downstream", .list(.text), "Only when it was asked for by its key."),
        .may("configSchema", .anything, "Only when it was asked for by its key: a JSON Schema."),
        .must("isExternal", .boolean), .must("isRunnable", .boolean),
        .may("blockage", .text, "Why it cannot run."),
        .must("isStale", .boolean, "Whether its definition is that of a process that is no more."),
        .may("checks", .list(.document("Check"))),
        .may("latest", .document("MaterializationRecord")),
      ]
    ),
    DocumentShape(
      "Upstream",
      "What an asset is made from.",
      [
        .must("key", .text), .must("kind", dependencyKind),
        .may("location", .text, "Absent for an external asset."),
      ]
    ),
    DocumentShape(
      "Check",
      "One check of an asset, with its latest result.",
      [
        .must("name", .text), .must("severity", severity), .must("blocking", .boolean),
        .may("description", .text), .may("latest", .document("CheckOutcome")),
      ]
    ),
    DocumentShape(
      "CheckOutcome",
      "What a check found last.",
      [
        .must("passed", .boolean), .may("description", .text),
        .may("metadata", .map(.document("Metadata"))), .may("partition", .text),
        .may("run", .text), .must("time", .time), .must("sequence", .integer),
        .may(
          "isAbridged",
          .boolean,
          "True when description and metadata are left out: the asset's checks found more than 4 MiB."
        ),
      ]
    ),
    DocumentShape(
      "MaterializationRecord",
      "That an asset was made, as the log has it.",
      [
        .must("asset", .text), .may("partition", .text), .must("sequence", .integer),
        .must("time", .time), .may("run", .text), .may("codeVersion", .text),
        .may("dataVersion", .text), .may("rows", .integer),
        .may("metadata", .map(.document("Metadata"))),
        .may("isObservation", .boolean, "True when it was looked at and not made."),
      ]
    ),
    DocumentShape(
      "Retry",
      "How often and after what delay a failed step is tried again.",
      [
        .must("maxRetries", .integer), .must("delayMilliseconds", .integer),
        .must("backoff", .one(RetryPolicy.Backoff.allCases.map(\.rawValue))),
        .must("jitter", .number),
      ]
    ),
    DocumentShape(
      "SourcePlace",
      "Where something is written.",
      [.must("file", .text), .must("line", .integer), .may("column", .integer)]
    ),
    DocumentShape(
      "Metadata",
      "A value with what it means. A type that is not known is kept as it came.",
      [
        .must(
          "type",
          .text,
          "integer, number, text, markdown, url, path, json, table, time, bytes, duration or bool"
        ),
        .must("value", .anything),
      ]
    ),
    DocumentShape(
      "Graph",
      "The assets of a selection and what connects them.",
      [
        .must("version", .integer, "Grows with each change of the graph."),
        .must("nodes", .list(.document("GraphNode"))),
        .must("edges", .list(.document("GraphEdge")), "Those that end in one of the nodes."),
        .may(
          "next",
          .text,
          "The cursor of the nodes behind; with another `version` they are of another graph."
        ),
      ]
    ),
    DocumentShape(
      "GraphNode",
      "One asset of a graph.",
      [
        .must("key", .text), .may("location", .text), .may("group", .text),
        .may("kinds", .list(.text)), .may("operation", .text), .must("isExternal", .boolean),
        .must("isRunnable", .boolean), .may("blockage", .text), .must("isStale", .boolean),
      ]
    ),
    DocumentShape(
      "GraphEdge",
      "That one asset is made from another.",
      [.must("from", .text), .must("to", .text), .must("kind", dependencyKind)]
    ),
    DocumentShape(
      "Diagnostic",
      "Something wrong with the workspace, a location or a definition.",
      [
        .must("code", .text),
        .must("severity", .one(Diagnostic.Severity.allCases.map(\.rawValue))),
        .may("location", .text), .may("asset", .text), .must("message", .text),
        .must("fix", .text, "What to do."), .may("source", .document("SourcePlace")),
      ]
    ),
    DocumentShape(
      "Diff",
      "What two generations of a location differ in, and whom else that affects.",
      [
        .must("from", .integer), .must("to", .integer),
        .must("definitions", .document("DefinitionsDiff")),
      ]
    ),
    DocumentShape(
      "DefinitionsDiff",
      "The differences of two sets of definitions.",
      [
        .must("location", .text), .must("isEmpty", .boolean),
        .must("assets", .document("AssetChanges")), .must("checks", .document("CheckChanges")),
        .must("affected", .list(.document("AffectedAsset"))),
        .must("newDiagnostics", .list(.document("Diagnostic"))),
        .must("resolvedDiagnostics", .list(.document("Diagnostic"))),
      ]
    ),
    DocumentShape(
      "AssetChanges",
      "Assets that are new, gone, or defined otherwise.",
      [
        .must("added", .list(.text)), .must("removed", .list(.text)),
        .must("changed", .list(.document("AssetChange"))),
      ]
    ),
    DocumentShape(
      "AssetChange",
      "What of an asset's definition is otherwise.",
      [.must("key", .text), .must("fields", .list(.document("FieldChange")))]
    ),
    DocumentShape(
      "CheckChanges",
      "Checks that are new, gone, or defined otherwise, as `ASSET:NAME`.",
      [
        .must("added", .list(.text)), .must("removed", .list(.text)),
        .must("changed", .list(.document("CheckChange"))),
      ]
    ),
    DocumentShape(
      "CheckChange",
      "What of a check's definition is otherwise.",
      [.must("check", .text), .must("fields", .list(.document("FieldChange")))]
    ),
    DocumentShape(
      "FieldChange",
      "A member of a definition, before and after.",
      [
        .must("field", .text), .may("old", .anything), .may("new", .anything),
        .may(
          "isAbridged",
          .boolean,
          "True when the values are left out: those before have taken 4 MiB."
        ),
      ]
    ),
    DocumentShape(
      "AffectedAsset",
      "An asset of whatever location that a change concerns.",
      [
        .must("key", .text), .must("location", .text),
        .must("effect", .one(DefinitionsDiff.Effect.allCases.map(\.rawValue))),
        .must("cause", .text, "The asset of the changed location that it is downstream of."),
      ]
    ),
  ]
}
