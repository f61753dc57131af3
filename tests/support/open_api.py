"""Whether an answer is what the portal's OpenAPI description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def differences(value: Any, schema: dict[str, Any], place: str = "answer") -> Iterator[str]:
    """A sentence for each; keys that are not described are differences too."""
    if "anyOf" in schema:
        found = [list(differences(value, choice, place)) for choice in schema["anyOf"]]
        if all(found):
            yield from found[0]
    elif schema["type"] == "object":
        yield from _of_record(value, schema, place)
    elif schema["type"] == "array":
        if not isinstance(value, list):
            yield f"{place} is {value!r}, no list"
            return
        for number, item in enumerate(value):
            yield from differences(item, schema["items"], f"{place}[{number}]")
    elif not _is_a(value, schema["type"]):
        yield f"{place} is {value!r}, no {schema['type']}"
    elif value not in schema.get("enum", [value]):
        yield f"{place} is {value!r}, not one of {schema['enum']}"


def _of_record(value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} is {value!r}, no object"
        return
    known = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield f"{place}.{key} is missing"
    for key, item in value.items():
        if described := known.get(key, schema.get("additionalProperties")):
            yield from differences(item, described, f"{place}.{key}")
        else:
            yield f"{place}.{key} is not described"


def _is_a(value: Any, name: str) -> bool:
    """In JSON, true is no number."""
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
