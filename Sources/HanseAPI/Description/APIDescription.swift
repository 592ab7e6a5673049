package import HanseModel

/// What the API can be asked and what it answers, as OpenAPI 3.1 with JSON Schema 2020-12.
///
/// Written by hand beside the documents and not derived from them: a test has every answer judged
/// by it, so neither can change without the other. Whoever reads must bear with members that are
/// not described: later versions add some.
package enum APIDescription {
  /// Every document and part of one, by its name.
  package static let documents: [DocumentShape] =
    locations + assets + runs + queues + eventParts + orders + refusals

  package static let operations: [Operation] =
    hostOperations + locationOperations + assetOperations + runOperations + queueOperations
    + limitOperations

  /// The whole description.
  ///
  /// - Parameter version: The version of the program that serves it.
  /// - Returns: An OpenAPI 3.1 document.
  package static func openAPI(version: String) -> JSONValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "Hanse",
        "version": .string(version),
        "description": .string(introduction),
        "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/"]],
      "paths": paths,
      "components": ["schemas": schemas, "responses": ["Problem": problem]],
    ]
  }

  private static let introduction = """
    A running host's locations, assets, runs, events, logs and queues. Members without a value, and \
    empty lists and objects, are left out unless they are required here. A newer version may answer \
    with members and kinds of events that are not described here.
    """

  private static let problem: JSONValue = [
    "description": "The call was refused; `type` says why and does not change.",
    "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
  ]

  /// All schemas, by name.
  package static var schemas: JSONValue {
    let time: JSONValue = [
      "type": "string",
      "format": "date-time",
      "description": "RFC 3339 in UTC, such as 2010-07-04T12:00:00.000Z.",
    ]
    let named = documents.map { JSONValue.Member($0.name, $0.schema) }
    return .object([JSONValue.Member("Time", time), JSONValue.Member("Event", event)] + named)
  }

  private static var paths: JSONValue {
    var paths: [JSONValue.Member] = []
    for operation in operations {
      let member = JSONValue.Member(operation.method, operation.description)
      if let index = paths.firstIndex(where: { $0.name == operation.path }),
        case .object(let members) = paths[index].value
      {
        paths[index].value = .object(members + [member])
      } else {
        paths.append(JSONValue.Member(operation.path, .object([member])))
      }
    }
    return .object(paths)
  }
}
