import HanseModel

/// One call of the API: what is sent, and what is answered.
package struct Operation: Hashable, Sendable {
  package struct Parameter: Hashable, Sendable {
    package var name: String
    package var shape: Shape
    package var text: String
    /// Whether it is a part of the path.
    package var isPlace = false
    package var isRequired = false

    static func query(_ name: String, _ shape: Shape, _ text: String) -> Parameter {
      Parameter(name: name, shape: shape, text: text)
    }

    static func place(_ name: String, _ text: String) -> Parameter {
      Parameter(name: name, shape: .text, text: text, isPlace: true, isRequired: true)
    }
  }

  package var id: String
  package var method: String
  /// With the parameters that are parts of it in braces.
  package var path: String
  package var text: String
  package var parameters: [Parameter]
  package var body: Shape?
  package var status: Int
  package var answer: Shape
  /// Whether whoever asks for `text/event-stream` gets the same items as they come.
  package var streams = false

  static func get(
    _ id: String,
    _ path: String,
    _ text: String,
    _ parameters: [Parameter] = [],
    answer: Shape,
    streams: Bool = false
  ) -> Operation {
    Operation(
      id: id,
      method: "get",
      path: path,
      text: text,
      parameters: parameters,
      status: 200,
      answer: answer,
      streams: streams
    )
  }

  static func post(
    _ id: String,
    _ path: String,
    _ text: String,
    _ parameters: [Parameter] = [],
    body: String = "NoOrder",
    status: Int = 202,
    answer: Shape
  ) -> Operation {
    Operation(
      id: id,
      method: "post",
      path: path,
      text: text,
      parameters: parameters,
      body: .document(body),
      status: status,
      answer: answer
    )
  }

  /// The operation as OpenAPI writes it.
  var description: JSONValue {
    var members: [JSONValue.Member] = [
      JSONValue.Member("operationId", .string(id)), JSONValue.Member("summary", .string(text)),
    ]
    if !parameters.isEmpty {
      members.append(JSONValue.Member("parameters", .array(parameters.map(\.description))))
    }
    if let body {
      let content: JSONValue = ["application/json": ["schema": body.schema]]
      members.append(JSONValue.Member("requestBody", ["required": true, "content": content]))
    }
    var content: [JSONValue.Member] = [
      JSONValue.Member("application/json", ["schema": answer.schema])
    ]
    if streams {
      content.append(JSONValue.Member("text/event-stream", ["schema": ["type": "string"]]))
    }
    let good: JSONValue = ["description": "What was asked for.", "content": .object(content)]
    let bad: JSONValue = ["$ref": "#/components/responses/Problem"]
    let responses = [JSONValue.Member("\(status)", good), JSONValue.Member("default", bad)]
    members.append(JSONValue.Member("responses", .object(responses)))
    return .object(members)
  }
}

extension Operation.Parameter {
  var description: JSONValue {
    [
      "name": .string(name), "in": .string(isPlace ? "path" : "query"),
      "required": .bool(isRequired), "description": .string(text), "schema": shape.schema,
    ]
  }
}
