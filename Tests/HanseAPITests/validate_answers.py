"""Says of each answer of the API whether it fits the API's own description.

The OpenAPI document is the file named by the only argument. One JSON object a line comes in:
{"schema": JSON SCHEMA, "answer": ANY JSON}. One line goes out for each: "fits", or "refused: ", where,
and the reason. A last line names the members that are described and that no answer had, as a JSON
array of "DOCUMENT.MEMBER".

The description lets members come that it does not know, for later versions. Here they are refused, so
that everything that this version answers with is described.
"""

import functools
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit("python3 has no jsonschema: run scripts/setup")

PREFIX = "#/components/schemas/"
components = json.loads(pathlib.Path(sys.argv[1]).read_text())["components"]
for schema in components["schemas"].values():
    Draft202012Validator.check_schema(schema)


def strict(node):
    """The same schema, of which no object may have other members than those described."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: strict(value) for key, value in node.items()}
    if node.get("type") == "object" and "additionalProperties" not in node:
        copy["additionalProperties"] = False
    return copy


root = {"components": strict(components)}


@functools.cache
def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(root | strict(json.loads(schema)))


def described(name: str, schema: dict) -> set:
    members = {f"{name}.{member}" for member in schema.get("properties", {})}
    for branch in schema.get("allOf", []):
        kind = branch["if"]["properties"]["kind"]["const"]
        members |= described(kind, branch["then"]["properties"]["data"])
    return members


def seen(schema: dict, value, name: str | None, found: set):
    """Adds the members of named documents that an answer has."""
    if "$ref" in schema:
        target = schema["$ref"].removeprefix(PREFIX)
        return seen(components["schemas"][target], value, target, found)
    for option in schema.get("anyOf", []):
        if value is not None:
            seen(option, value, name, found)
    if isinstance(value, list):
        for item in value:
            seen(schema.get("items", {}), item, name, found)
    if not isinstance(value, dict):
        return
    for member, inner in value.items():
        if member in schema.get("properties", {}):
            found.add(f"{name}.{member}")
            seen(schema["properties"][member], inner, None, found)
        elif isinstance(schema.get("additionalProperties"), dict):
            seen(schema["additionalProperties"], inner, name, found)
    for branch in schema.get("allOf", []):
        kind = branch["if"]["properties"]["kind"]["const"]
        if value.get("kind") == kind:
            seen(branch["then"]["properties"]["data"], value.get("data"), kind, found)


members = set().union(*(described(*item) for item in components["schemas"].items()))
found = set()
for line in sys.stdin:
    case = json.loads(line)
    error = next(validator(json.dumps(case["schema"])).iter_errors(case["answer"]), None)
    seen(case["schema"], case["answer"], None, found)
    print("fits" if error is None else f"refused: {error.json_path}: {error.message[:300]}")
print(json.dumps(sorted(members - found)))
