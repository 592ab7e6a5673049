"""Says of each message on standard input whether it fits its schema.

One JSON object a line comes in: {"schema": FILE NAME, "message": ANY JSON}. One line goes out for
each: "fits", or "refused: " and the reason. The folder of the schemas is the only argument.
"""

import functools
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit("python3 has no jsonschema: run scripts/setup")

COMMON = "common.schema.json"
folder = pathlib.Path(sys.argv[1])
common = json.loads((folder / COMMON).read_text())


def local(node):
    """The same schema with references into the common file made references into itself."""
    if isinstance(node, dict):
        return {
            key: value.removeprefix(COMMON) if key == "$ref" else local(value)
            for key, value in node.items()
        }
    return [local(item) for item in node] if isinstance(node, list) else node


@functools.cache
def validator(name: str) -> Draft202012Validator:
    schema = local(json.loads((folder / name).read_text())) | {"$defs": local(common["$defs"])}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


for line in sys.stdin:
    case = json.loads(line)
    error = next(validator(case["schema"]).iter_errors(case["message"]), None)
    print("fits" if error is None else f"refused: {error.message}")
