"""The JSON Schema of a policy, as it is published in docs/reference."""

from functools import cache
from typing import Any

import msgspec

from kervan.delivery.policy.definition import Policy


@cache
def _components() -> tuple[dict[str, Any], dict[str, Any]]:
    (root,), parts = msgspec.json.schema_components([Policy], ref_template="#/$defs/{name}")
    return root, parts


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12). What two fields have to do with each other only `read` says."""
    root, parts = _components()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kervan policy",
        "description": "Caps, gaps and quiet hours of a workspace.",
        **root,
        "$defs": parts,
    }


def schema_text() -> str:
    """The schema as it stands in `docs/reference/policy.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def allowed(kind: type[Any], steps: list[Any]) -> str:
    """What may stand at a place of a struct, in a few signs that need no language."""
    part: dict[str, Any] = _components()[1].get(kind.__name__, {})
    for one in steps:
        inner = part.get("items") if isinstance(one, int) else part.get("properties", {}).get(one)
        if not isinstance(inner, dict):
            break
        part = inner
    for choice in (part, *part.get("anyOf", ())):
        if "enum" in choice:
            return ", ".join(map(str, choice["enum"]))
        if "minimum" in choice:
            return f"{choice['minimum']}–{choice['maximum']}"
        if "examples" in choice:
            return ", ".join([*choice["examples"], "…"])
        if "maxLength" in choice:
            return f"1–{choice['maxLength']} Aa"
        if choice.get("type") == "array":
            return "[…]"
    return "{…}"
