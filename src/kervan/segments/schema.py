"""The JSON Schema of a rule tree, as it is published in docs/reference."""

from typing import Any

import msgspec

from kervan.segments import shape, tree

_LIMITS: dict[tuple[str, str], dict[str, int]] = {
    ("Event", "events"): {"minItems": 1, "maxItems": 10},
    ("Stage", "events"): {"minItems": 1, "maxItems": 10},
    ("Since", "events"): {"minItems": 1, "maxItems": 10},
    ("Sequence", "stages"): {"minItems": 1, "maxItems": 10},
    ("Text", "values"): {"minItems": 1, "maxItems": shape.LIMIT_ENTRIES["values"]},
    ("Span", "amount"): {"minimum": 1},
    ("Calendar", "back"): {"minimum": 0},
    ("Calendar", "count"): {"minimum": 1},
    ("Yearly", "before"): {"minimum": 0, "maximum": 365},
    ("Yearly", "after"): {"minimum": 0, "maximum": 365},
    ("Clock", "from_hour"): {"minimum": 0, "maximum": 24},
    ("Clock", "to_hour"): {"minimum": 0, "maximum": 24},
    ("Share", "start"): {"minimum": 0, "maximum": 100},
    ("Share", "end"): {"minimum": 0, "maximum": 100},
}


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12). What two fields have to do with each other only `parse` says."""
    (root,), parts = msgspec.json.schema_components([tree.Node], ref_template="#/$defs/{name}")
    for (part, field), limits in _LIMITS.items():
        parts[part]["properties"][field].update(limits)
    for part in parts.values():
        for field in part.get("properties", {}).values():
            if field.get("type") == "string":
                field["maxLength"] = shape.LIMIT_CHARS
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kervan segment",
        "description": "A rule tree: groups nest conditions, a condition is a leaf.",
        **root,
        "$defs": parts,
    }


def schema_text() -> str:
    """The schema as it stands in `docs/reference/segment.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
